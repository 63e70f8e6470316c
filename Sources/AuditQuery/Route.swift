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
        let path = Self.normalized(path)
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

    /// A path as it is written without percent-encoding what needs none, which is the same path (RFC 3986 section
    /// 6.2.2.2). What does need it, such as a slash in an id, stays encoded.
    private static func normalized(_ path: String) -> String {
        guard path.utf8.contains(UInt8(ascii: "%")) else { return path }
        var normalized: [UInt8] = []
        var rest = Array(path.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let decoded = unreserved(rest.prefix(2)) {
                normalized.append(decoded)
                rest = rest.dropFirst(2)
            } else {
                normalized.append(byte)
            }
        }
        return String(decoding: normalized, as: UTF8.self)
    }

    /// The letter, digit or mark that two hexadecimal digits stand for (RFC 3986 section 2.3); nil for another byte.
    private static func unreserved(_ digits: ArraySlice<UInt8>) -> UInt8? {
        // A sign is no digit, but would be read as part of a number.
        guard digits.count == 2, digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-"),
            let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return nil }
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            return byte
        default: return nil
        }
    }
}
