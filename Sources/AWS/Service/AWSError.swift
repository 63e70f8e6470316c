/// Why AWS did not do what was asked.
package struct AWSError: Error, Sendable, CustomStringConvertible {
    /// The kinds that somebody decides on.
    package enum Kind: String, Sendable, CaseIterable {
        /// Asked too much: a little later it may go.
        case throttled
        /// The service answered that it could not do it just now, for no fault of the region's: another region
        /// writes the item, or an identity provider does not answer STS.
        case transient
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
        /// The service refuses the request as it is.
        case invalid
        /// The service answers with more than is taken.
        case tooLarge
        /// There are no credentials.
        case noCredentials
        /// The caller's deadline passed.
        case deadline
        /// This machine cannot send it: no memory, a broken libcrypto, headers that are too large.
        case local
    }

    /// The kind.
    package let kind: Kind
    /// AWS's code, such as `ValidationException`; empty when AWS did not say one.
    package let code: String
    /// What AWS, libcurl or this program says of it. Holds no secret.
    package let message: String
    /// The operation, such as `Query`.
    package var operation: String
    /// The region that was asked last; empty when none was.
    package internal(set) var region = ""
    /// How many requests were sent, in all regions.
    package internal(set) var attempts = 0
    /// AWS's id of the failed request, for its support; empty when there is none.
    package internal(set) var requestID = ""
    /// The answer's HTTP status; nil when there was no answer, or one of 200 that cannot be used.
    var status: Int?
    /// Seconds that AWS's clock is ahead of this machine's; nil when it did not say.
    var clockOffset: Double?
    /// Seconds after which the service asks to be asked again; nil when it did not say.
    var retryAfter: Double?
    /// Whether the region had time enough to answer, so that having none tells something of it.
    var wasPatient = true

    /// A fault of a kind, with the service's code where it gave one. `message` may hold no secret.
    package init(_ kind: Kind, code: String = "", _ message: String, operation: String = "") {
        self.kind = kind
        self.code = code
        self.message = message
        self.operation = operation
    }

    /// One line: operation, region, code, message, attempts and AWS's request id.
    package var description: String {
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
        case .throttled, .transient, .server, .timeout, .connection: true
        default: false
        }
    }

    /// Whether another region may do better. Not when this one throttles: what is too much here would be too
    /// much there. Nor when it is for no fault of the region's.
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
        case .throttled, .transient, .expiredCredentials, .skewedClock, .denied, .notFound, .invalid,
            .tooLarge:
            .answered
        case .noCredentials, .local: .none
        }
    }
}
