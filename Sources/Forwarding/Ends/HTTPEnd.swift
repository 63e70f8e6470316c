internal import Cryptography
internal import HTTPClient
internal import JSONBytes

/// A server that takes batches by HTTP.
final class HTTPEnd: FarEnd {
    /// The most of an answer that is shown.
    private static let shownBytes = 200

    private let url: String
    private let dialect: HTTPDialect
    private let client: HTTPClient
    private let patience: Duration
    private let credential: () throws(ForwardFault) -> String?
    let isSettled = true
    let settleInterval = Duration.zero
    let keepsWhatWasSent = true
    /// A batch is known by its Idempotency-Key, which is made of its content.
    let needsEqualBatches = true

    /// A server.
    ///
    /// - Parameters:
    ///   - url: where batches are posted to. What it has of credentials is never shown.
    ///   - dialect: what it understands.
    ///   - configuration: how it is reached.
    ///   - patience: how long an answer may take.
    ///   - credential: the secret to be sent, read for each batch, so that it can be exchanged; nil where none is needed.
    init(
        _ url: String, _ dialect: HTTPDialect, _ configuration: HTTPClient.Configuration,
        patience: Duration = .seconds(60), credential: @escaping () throws(ForwardFault) -> String?
    ) {
        (self.url, self.dialect, self.credential) = (url, dialect, credential)
        self.patience = patience
        client = HTTPClient(configuration)
        name = dialect.prefix + HTTPEnd.shown(url)
    }

    /// The URL without user information and query.
    let name: String

    func send(_ batch: borrowing ForwardedBatch, _ range: Range<Int>) throws(FarEndError) {
        let secret: String?
        do throws(ForwardFault) {
            secret = try credential()
        } catch {
            throw .unavailable("\(error)")
        }
        let body = dialect.body(batch, range)
        var headers: HTTPHeaders = [
            "Content-Type": dialect.mediaType(of: batch.form),
            "Idempotency-Key": "\"\(Digest(of: Array(batch.lines(range))).hexadecimal)\"",
        ]
        if let secret { headers.append(name: "Authorization", value: "\(dialect.scheme) \(secret)") }
        let answer: HTTPResponse
        do throws(HTTPClientError) {
            answer = try client.perform(
                HTTPRequest(method: "POST", url: url, headers: headers, body: body, deadline: .now + patience)
            )
        } catch {
            throw .unavailable("\(error)")
        }
        if let fault = fault(answer, secret) { throw fault }
    }

    func settle() {}

    /// What is wrong with an answer; nil where the server has the batch.
    private func fault(_ answer: HTTPResponse, _ secret: String?) -> FarEndError? {
        if (200..<300).contains(answer.status) { return dialect.fault(inAnswer: answer.body) }
        let said = Self.excerpt(answer.body, without: secret)
        let reason = "\(name) answers \(answer.status)\(said.isEmpty ? "" : ": \(said)")"
        // What is wrong with the content. All else may be mended there or here, and then it is taken.
        if [400, 413, 422].contains(answer.status) { return .refused(.whole(reason: reason)) }
        switch answer.status {
        case 401, 403:
            return .unavailable("\(reason): look at the token's file, and at what the token may do there")
        case 300..<400: return .unavailable("\(reason): give the address that it names, for none is followed")
        default:
            return .unavailable(reason, wait: answer.retryAfter)
        }
    }

    /// The beginning of what a server said, without what it may have repeated of our secret.
    private static func excerpt(_ body: [UInt8], without secret: String?) -> String {
        var text = String(decoding: body.prefix(4 * shownBytes), as: UTF8.self)
        if let secret, !secret.isEmpty {
            text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "…")
        }
        let visible = text.unicodeScalars.map {
            $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? " " : String($0)
        }
        return String(visible.joined().prefix(shownBytes))
    }

    private static func shown(_ url: String) -> String {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        guard let start = path.firstRange(of: "://")?.upperBound else { return String(path) }
        let end = path[start...].firstIndex(of: "/") ?? path.endIndex
        guard let at = path[start..<end].lastIndex(of: "@") else { return String(path) }
        return "\(path[..<start])\(path[path.index(after: at)...])"
    }
}
