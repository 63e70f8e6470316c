/// What a path leads to.
enum Route: Equatable, Sendable {
    case health
    case readiness
    case openAPI
    /// `GET /v1/records`
    case records
    /// `POST /v1/records/query` and the name that the serverless service had for it
    case query
    /// `POST /v1/records/batch`
    case batch
    /// `GET /v1/records/{id}`
    case record(id: [UInt8])

    /// The route of a path.
    ///
    /// - Throws: 404 when there is none.
    init(path: String) throws(Problem) {
        switch path {
        case "/v1/records": self = .records
        case "/v1/records/query", "/api/query": self = .query
        case "/v1/records/batch": self = .batch
        case "/healthz": self = .health
        case "/readyz": self = .readiness
        case "/openapi.json": self = .openAPI
        default:
            let prefix = "/v1/records/"
            let id = Array(path.utf8.dropFirst(prefix.utf8.count))
            guard path.hasPrefix(prefix), !id.isEmpty, !id.contains(UInt8(ascii: "/")) else {
                throw .noSuchRoute
            }
            self = .record(id: id)
        }
    }

    /// What logs and traces call it.
    var name: String {
        switch self {
        case .health: "healthz"
        case .readiness: "readyz"
        case .openAPI: "openapi"
        case .records: "records"
        case .query: "query"
        case .batch: "batch"
        case .record: "record"
        }
    }

    /// Whether it asks for records.
    var hasQuestion: Bool {
        switch self {
        case .records, .query, .batch, .record: true
        case .health, .readiness, .openAPI: false
        }
    }

    /// The methods that it answers.
    var methods: [String] {
        switch self {
        case .query, .batch: ["POST"]
        default: ["GET", "HEAD"]
        }
    }

    /// - Throws: 405 when it does not answer a method.
    func checkMethod(_ method: String) throws(Problem) {
        guard methods.contains(method) else { throw .methodNotAllowed(methods) }
    }
}
