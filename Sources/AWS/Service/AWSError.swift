/// Why AWS did not do what was asked.
public struct AWSError: Error, Sendable, CustomStringConvertible {
    /// The kinds that somebody decides on.
    public enum Kind: String, Sendable, CaseIterable {
        /// Asked too much: a little later it may go.
        case throttled
        /// The service failed on its side, or said what is not to be understood.
        case server
        /// An attempt took too long.
        case timeout
        /// Nobody answered: no address, no connection, a connection that broke.
        case connection
        /// The credentials have expired.
        case expiredCredentials
        /// The signature's time is too far from the service's clock.
        case skewedClock
        /// The credentials may not do this, or are not known.
        case denied
        /// There is no such table, index or parameter.
        case notFound
        /// The service refuses the request as it is, or answers it with more than is taken.
        case invalid
        /// There are no credentials.
        case noCredentials
        /// The caller's deadline passed.
        case deadline
        /// This machine cannot send it: no memory, a broken libcrypto, headers that are too large.
        case local
    }

    /// The kind.
    public let kind: Kind
    /// AWS's code, such as `ValidationException`; empty when AWS did not say one.
    public let code: String
    /// What AWS, libcurl or this program says of it. Holds no secret.
    public let message: String
    /// The operation, such as `Query`.
    public internal(set) var operation = ""
    /// The region that was asked last; empty when none was.
    public internal(set) var region = ""
    /// How many requests were sent, in all regions.
    public internal(set) var attempts = 0
    /// AWS's id of the failed request, for its support; empty when there is none.
    public internal(set) var requestID = ""
    /// Whether the service answered, with more than is taken.
    public internal(set) var isAnswerTooLarge = false
    /// The answer's HTTP status; nil when there was no answer, or one of 200 that cannot be used.
    var status: Int?
    /// Seconds that AWS's clock is ahead of this machine's; nil when it did not say.
    var clockOffset: Double?
    /// Whether the region had time enough to answer, so that having none tells something of it.
    var wasPatient = true

    init(_ kind: Kind, code: String = "", _ message: String) {
        self.kind = kind
        self.code = code
        self.message = message
    }

    /// One line: operation, region, code, message, attempts and AWS's request id.
    public var description: String {
        let place = region.isEmpty ? operation : "\(operation) in \(region)"
        let code = code.isEmpty ? kind.rawValue : code
        let tries = attempts > 1 ? ", after \(attempts) attempts" : ""
        let id = requestID.isEmpty ? "" : ", request \(requestID)"
        return "\(place): \(code): \(message)\(tries)\(id)"
    }
}

extension AWSError {
    /// Whether the same request may succeed when it is sent again a little later.
    var isRetryable: Bool {
        switch kind {
        case .throttled, .server, .timeout, .connection: true
        default: false
        }
    }

    /// Whether another region may do better. Not when this one throttles: what is too much here would be too
    /// much there.
    var isRegional: Bool {
        switch kind {
        case .server, .timeout, .connection: true
        default: false
        }
    }

    /// What it tells of the region that was asked.
    var sign: RegionSign {
        switch kind {
        case .server, .connection: .failed
        case .timeout, .deadline: wasPatient ? .failed : .none
        case .throttled, .expiredCredentials, .skewedClock, .denied, .notFound, .invalid: .answered
        case .noCredentials, .local: .none
        }
    }
}
