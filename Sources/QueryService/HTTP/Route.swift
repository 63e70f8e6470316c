internal import JSONBytes

/// What a path leads to.
enum Route: Equatable, Sendable {
    /// To what everybody may see.
    case open(OpenRoute)
    /// To records, for who has a key.
    case records(RecordRoute)

    /// Where one asks who follows, and may wait.
    static let changesPath = "/v1/changes"

    /// The route of a path.
    ///
    /// - Throws: 404 when there is none.
    init(path: String) throws(Problem) {
        let path = Self.normalized(path)
        switch path {
        case "/v1/records": self = .records(.list)
        case "/v1/records/query", "/api/query": self = .records(.query)
        case "/v1/records/batch": self = .records(.batch)
        case "/v1/records/count": self = .records(.count)
        case "/v1/names": self = .records(.names)
        case Self.changesPath: self = .records(.changes)
        case "/v1/seals": self = .records(.seals)
        case "/v1/policy": self = .records(.policy)
        case "/healthz": self = .open(.health)
        case "/readyz": self = .open(.readiness)
        case "/openapi.json": self = .open(.openAPI)
        default:
            let prefix = "/v1/records/"
            let ending = "/proof"
            let isProof = path.hasSuffix(ending)
            let id = Array(path.utf8.dropFirst(prefix.utf8.count).dropLast(isProof ? ending.utf8.count : 0))
            guard path.hasPrefix(prefix), !id.isEmpty, !id.contains(UInt8(ascii: "/")) else {
                throw .noSuchRoute
            }
            self = .records(isProof ? .proof(id: id) : .one(id: id))
        }
    }

    /// What logs and traces call it.
    var name: String {
        switch self {
        case .open(let route): route.rawValue
        case .records(.list): "records"
        case .records(.query): "query"
        case .records(.batch): "batch"
        case .records(.count): "count"
        case .records(.one): "record"
        case .records(.names): "names"
        case .records(.changes): "changes"
        case .records(.seals): "seals"
        case .records(.proof): "proof"
        case .records(.policy): "policy"
        }
    }

    /// The methods that it answers.
    var methods: [String] {
        switch self {
        case .records(.query), .records(.batch): ["POST"]
        case .records(.count): ["GET", "HEAD", "POST"]
        case .open, .records(.list), .records(.one), .records(.names), .records(.seals), .records(.proof),
            .records(.policy), .records(.changes):
            ["GET", "HEAD"]
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
        guard let byte = UInt8(hexadecimal: digits) else { return nil }
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            return byte
        default: return nil
        }
    }
}

/// What needs no key and asks no question. The value is the route's name.
enum OpenRoute: String, Sendable {
    case health = "healthz"
    case readiness = "readyz"
    case openAPI = "openapi"
}

/// The ways to ask for records.
enum RecordRoute: Equatable, Sendable {
    /// `GET /v1/records`
    case list
    /// `POST /v1/records/query` and the name that the serverless service had for it
    case query
    /// `POST /v1/records/batch`
    case batch
    /// `GET` and `POST /v1/records/count`
    case count
    /// `GET /v1/records/{id}`
    case one(id: [UInt8])
    /// `GET /v1/names`
    case names
    /// `GET /v1/changes`
    case changes
    /// `GET /v1/seals`
    case seals
    /// `GET /v1/records/{id}/proof`
    case proof(id: [UInt8])
    /// `GET /v1/policy`
    case policy

    /// The forms that it answers in, the usual one first.
    var forms: [AnswerForm] {
        switch self {
        case .list, .query: AnswerForm.allCases
        case .batch, .count, .one, .names, .changes, .seals, .proof, .policy: [.json]
        }
    }
}
