package import HTTPClient
internal import FoundationEssentials
internal import Gzip

/// An address that takes OpenTelemetry's requests over HTTP.
package struct OTLPTarget: Sendable {
    /// The headers of a request besides its own, such as those that sign its body.
    package typealias Signing =
        @Sendable (HTTPHeaders, [UInt8], ContinuousClock.Instant) throws -> HTTPHeaders

    /// What became of a request.
    enum Outcome: Equatable {
        case taken
        /// Some of it was refused.
        case takenInPart(String)
        /// To be sent again, not before so long.
        case later(Duration?, String)
        /// Not to be sent again.
        case refused(String)
    }

    /// One request may take so long.
    private static let patience = Duration.seconds(10)

    /// Where that is.
    package let url: String
    private let http: HTTPClient
    private let sign: Signing?

    /// A target of its URL, such as `http://127.0.0.1:4318/v1/traces`.
    package init(url: String, http: HTTPClient, sign: Signing? = nil) {
        (self.url, self.http, self.sign) = (url, http, sign)
    }

    /// Sends a request that holds nothing, to find out whether requests are taken.
    ///
    /// - Returns: why they are not; nil where they are.
    package func fault(deadline: ContinuousClock.Instant) -> String? {
        switch send(Array("{}".utf8), deadline: deadline) {
        case .taken, .takenInPart: nil
        case .later(_, let reason), .refused(let reason): reason
        }
    }

    /// Sends a body, compressed, once.
    func send(_ body: [UInt8], deadline: ContinuousClock.Instant) -> Outcome {
        do {
            let body = try Gzip.compress(body)
            let deadline = min(deadline, .now + Self.patience)
            var headers: HTTPHeaders = ["Content-Type": "application/json", "Content-Encoding": "gzip"]
            if let sign { headers = try sign(headers, body, deadline) }
            let answer = try http.perform(
                HTTPRequest(method: "POST", url: url, headers: headers, body: body, deadline: deadline))
            return Self.outcome(of: answer)
        } catch {
            return .later(nil, "\(error)")
        }
    }

    /// What an answer says: only these four statuses may be tried again (opentelemetry.io/docs/specs/otlp/#retryable-response-codes).
    static func outcome(of answer: HTTPResponse) -> Outcome {
        switch answer.status {
        case 200..<300: return fault(in: answer.body).map(Outcome.takenInPart) ?? .taken
        case 429, 502, 503, 504:
            return .later(answer.retryAfter, "status \(answer.status)")
        default:
            let reason = Message(answer.body)?.message ?? ""
            return .refused("status \(answer.status)\(reason.isEmpty ? "" : ": \(reason)")")
        }
    }

    /// What an answer says of what it did not take.
    private static func fault(in body: [UInt8]) -> String? {
        guard let part = Message(body)?.partialSuccess else { return nil }
        let counts = [part.rejectedSpans, part.rejectedDataPoints].compactMap { $0?.number }
        guard counts.contains(where: { $0 > 0 }) else { return nil }
        return "\(counts.reduce(0, +)) refused: \(part.errorMessage ?? "without a reason")"
    }

    private struct Message: Decodable {
        let message: String?
        let partialSuccess: Part?

        struct Part: Decodable {
            let rejectedSpans, rejectedDataPoints: Count?
            let errorMessage: String?
        }

        /// Integers of 64 bits are strings; some write them as numbers all the same.
        struct Count: Decodable {
            let number: Int

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                number =
                    if let text = try? container.decode(String.self) { Int(text) ?? 0 } else {
                        try container.decode(Int.self)
                    }
            }
        }

        init?(_ body: [UInt8]) {
            guard let read = try? JSONDecoder().decode(Message.self, from: Data(body)) else { return nil }
            self = read
        }
    }
}
