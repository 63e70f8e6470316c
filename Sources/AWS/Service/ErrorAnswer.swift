internal import FoundationEssentials
internal import HTTPClient

/// Makes an ``AWSError`` of an answer that is none: classified by AWS's code, as throttling comes with 400.
struct ErrorAnswer {
    private static let throttling: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
        "RequestThrottledException", "TooManyRequestsException", "ProvisionedThroughputExceededException",
        "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "LimitExceededException", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException",
    ]
    private static let expired: Set<String> = ["ExpiredToken", "ExpiredTokenException"]
    /// Codes of a signature whose time is off, among other things: the answer's Date tells.
    private static let signature: Set<String> = [
        "InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired", "RequestTimeTooSkewed",
        "RequestInTheFuture", "AuthFailure",
    ]
    private static let denied: Set<String> = [
        "AccessDenied", "AccessDeniedException", "UnrecognizedClientException", "InvalidClientTokenId",
        "MissingAuthenticationTokenException", "MissingAuthenticationToken", "IncompleteSignature",
        "NotAuthorized", "UnauthorizedOperation", "OptInRequired",
    ]
    private static let notFound: Set<String> = [
        "ResourceNotFoundException", "ParameterNotFound", "TableNotFoundException",
    ]
    /// Seconds that a clock may be off: AWS allows five minutes.
    private static let toleratedSkew = 240.0

    let response: HTTPResponse
    let body: [UInt8]
    /// The time that the request was signed with.
    let signedAt: Date

    var error: AWSError {
        let (code, said) = codeAndMessage
        var error = AWSError(kind(code), code: code, message(code, said))
        error.requestID = response.headers["x-amzn-RequestId"] ?? ""
        error.clockOffset = clockOffset
        return error
    }

    private func kind(_ code: String) -> AWSError.Kind {
        switch code {
        case _ where Self.throttling.contains(code): .throttled
        case _ where Self.expired.contains(code): .expiredCredentials
        case _ where Self.signature.contains(code):
            abs(clockOffset ?? 0) > Self.toleratedSkew ? .skewedClock : .denied
        case _ where Self.denied.contains(code): .denied
        case _ where Self.notFound.contains(code): .notFound
        case "RequestTimeout", "RequestTimeoutException": .server
        default:
            switch response.status {
            case 500, 502, 503, 504: .server
            case 429: .throttled
            case 401, 403: .denied
            default: .invalid
            }
        }
    }

    /// How far the service's clock is ahead of the one that signed.
    private var clockOffset: Double? {
        response.headers["Date"].flatMap(HTTPDate.seconds).map { Double($0) - signedAt.timeIntervalSince1970 }
    }

    /// AWS answers a wrong signature with the request that it signed itself, security token included.
    private func message(_ code: String, _ said: String) -> String {
        if Self.signature.contains(code) {
            let offset = clockOffset.map { "its clock is \(Int($0)) s ahead of ours" }
            return "the signature is not accepted: \(offset ?? "the credentials are wrong")"
        }
        guard said.isEmpty else { return String(said.prefix(500)) }
        return "HTTP status \(response.status) without an explanation"
    }

    /// `__type` comes with varying prefixes, and in a header from some services; STS answers in XML.
    private var codeAndMessage: (code: String, message: String) {
        let json = try? JSONDecoder().decode(JSONBody.self, from: Data(body))
        let type = json?.type ?? response.headers["x-amzn-ErrorType"]
        if let type {
            let name = type.prefix { $0 != ":" }
            return (name.split(separator: "#").last.map(String.init) ?? "", json?.text ?? "")
        }
        let xml = XMLText(String(decoding: body, as: UTF8.self))
        return (xml.content(of: "Code") ?? "", xml.content(of: "Message") ?? "")
    }

    private struct JSONBody: Decodable {
        let type: String?
        let text: String?

        enum Key: String, CodingKey {
            case __type, code, message, Message
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            func string(_ key: Key) -> String? { try? container.decodeIfPresent(String.self, forKey: key) }
            type = string(.__type) ?? string(.code)
            text = string(.message) ?? string(.Message)
        }
    }
}
