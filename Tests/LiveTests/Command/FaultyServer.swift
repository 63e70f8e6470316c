import Foundation
import HTTPClient
import Synchronization
import TestSupport

/// A server on the way to a whole installation, which fails as servers do.
final class FaultyServer: Sendable {
    enum Fault: CaseIterable {
        /// It says that it cannot answer now.
        case unavailable
        /// It closes in the middle of a page's bytes.
        case cut
        /// It closes before it says anything.
        case closed
        /// It answers with what it had before, for its store fails.
        case stale
        /// A proxy sends the page without its last lines, and makes the length fit.
        case shortened
    }

    private let http: HTTPClient
    private let live: LiveInstallation
    /// What becomes of the next requests for pages; nil for one that is answered.
    private let faults = Mutex<[Fault?]>([])
    /// What happens to all requests after those.
    private let lasting = Mutex<Fault?>(nil)
    private let passed = Mutex(0)

    init(before live: LiveInstallation) {
        var configuration = HTTPClient.Configuration()
        configuration.caFile = live.nginx.authorityPath
        configuration.maximumBodyBytes = 64 << 20
        (http, self.live) = (HTTPClient(configuration), live)
    }

    /// From now on: these, one for each request for a page, and then that one for ever.
    func fail(_ next: [Fault?], then last: Fault? = nil) {
        faults.withLock { $0 = next }
        lasting.withLock { $0 = last }
    }

    /// The pages that were answered whole.
    var pages: Int { passed.withLock { $0 } }

    func serve(_ connection: ServerConnection) {
        while let request = connection.readRequest() {
            let words = request.line.split(separator: " ")
            let isPage = request.headers["Accept"] == "application/x-ndjson"
            let fault = isPage ? next() : nil
            if fault == .closed { return }
            if fault == .unavailable {
                connection.answer("503 Service Unavailable", "Retry-After: 0\r\n")
                continue
            }
            guard let response = try? forward(request, String(words[0]), String(words[1])) else { return }
            var head = "HTTP/1.1 \(response.status) Answer\r\nContent-Length: "
            var fields = ""
            for name in [
                "Content-Type", "Link", "X-Stop-Reason", "Unencoded-Digest", "Cache-Status", "Retry-After",
            ] {
                guard let value = response.headers[name] else { continue }
                let isStale = fault == .stale && name == "Cache-Status"
                fields += "\(name): \(isStale ? "audit-query; fwd=stale; detail=store-error" : value)\r\n"
            }
            var body = response.body
            if fault == .shortened { body = Array(body.prefix(body.count / 2)) }
            head += "\(body.count)\r\n\(fields)\r\n"
            if fault == .cut { body = Array(body.prefix(body.count / 2)) }
            guard connection.send(head), connection.send(body), fault != .cut else { return }
            if isPage, fault == nil { passed.withLock { $0 += 1 } }
        }
    }

    private func next() -> Fault? {
        let fault = faults.withLock { $0.isEmpty ? Fault??.none : $0.removeFirst() }
        return fault ?? lasting.withLock { $0 }
    }

    private func forward(_ request: RecordedRequest, _ method: String, _ path: String) throws -> HTTPResponse
    {
        var headers: HTTPHeaders = [:]
        for name in ["X-Api-Key", "Accept", "Content-Type", "Cache-Control"] {
            if let value = request.headers[name] { headers.append(name: name, value: value) }
        }
        return try http.perform(
            HTTPRequest(
                method: method, url: "https://127.0.0.1:\(live.nginx.port)\(path)", headers: headers,
                body: request.body, deadline: .now + .seconds(30)))
    }
}
