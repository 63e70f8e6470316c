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
    /// DynamoDB's and STS's own, which their models or AWS's SDKs say to retry.
    private static let transient: Set<String> = ["ReplicatedWriteConflictException", "IDPCommunicationError"]
    private static let expired: Set<String> = ["ExpiredToken", "ExpiredTokenException"]
    /// Codes of a signature whose time is off, among other things: the answer's Date tells.
    private static let signature: Set<String> = [
        "InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired", "RequestTimeTooSkewed",
        "RequestInTheFuture", "AuthFailure",
    ]
    private static let denied: Set<String> = [
        "AccessDenied", "AccessDeniedException", "UnrecognizedClientException", "InvalidClientTokenId",
        "MissingAuthenticationTokenException", "MissingAuthenticationToken", "IncompleteSignature",
        "IncompleteSignatureException", "NotAuthorized", "UnauthorizedOperation", "OptInRequired",
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
    /// What it was signed with, which must not stand in an error.
    let credentials: Credentials?

    /// The error. Its clock's offset counts from the time of the signature.
    var error: AWSError {
        let (code, said) = codeAndMessage
        var error = AWSError(kind(code), code: code, message(code, said))
        error.requestID = response.requestID
        error.status = response.status
        error.clockOffset = clockOffset
        error.retryAfter = response.retryAfter
        return error
    }

    private func kind(_ code: String) -> AWSError.Kind {
        switch code {
        case _ where Self.throttling.contains(code): .throttled
        case _ where Self.transient.contains(code): .transient
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

    /// One line of what AWS said. It answers a wrong signature with the request that it signed itself, security
    /// token included.
    private func message(_ code: String, _ said: String) -> String {
        if Self.signature.contains(code) { return "the signature is not accepted: \(signatureFault)" }
        guard !said.isEmpty else { return "HTTP status \(response.status) without an explanation" }
        let secrets = [credentials?.sessionToken, credentials?.secretAccessKey].compactMap { $0 }
        guard !secrets.contains(where: { !$0.isEmpty && said.utf8.contains($0.utf8) }) else {
            return "HTTP status \(response.status), with an explanation that quotes a secret"
        }
        let line = said.unicodeScalars.prefix(500).map {
            $0.properties.generalCategory == .control ? " " : $0
        }
        return String(String.UnicodeScalarView(line))
    }

    private var signatureFault: String {
        guard let clockOffset, abs(clockOffset) > Self.toleratedSkew else {
            return "the secret access key is not the right one, or the request was changed on its way"
        }
        return "this machine's clock is \(Int(abs(clockOffset))) s \(clockOffset > 0 ? "behind" : "ahead")"
    }

    /// `__type` comes with varying prefixes, and in a header from some services; STS answers in XML.
    private var codeAndMessage: (code: String, message: String) {
        let json = try? JSONDecoder().decode(JSONBody.self, from: Data(body))
        let type = json?.type ?? response.headers["x-amzn-ErrorType"]
        if let type {
            let name = type.prefix { $0 != ":" }.split(separator: "#").last ?? ""
            return (identifier(name), json?.text ?? "")
        }
        let xml = XMLText(String(decoding: body, as: UTF8.self))
        return (identifier(xml.content(of: "Code") ?? ""), xml.content(of: "Message") ?? "")
    }

    /// What of a text may be a code: it goes to logs as it is.
    private func identifier(_ text: some StringProtocol) -> String {
        String(text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }.prefix(100))
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
