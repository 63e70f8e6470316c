package import HTTPClient
internal import Gzip
internal import Synchronization

/// A stand-in for an OpenTelemetry collector: keeps what it takes, and refuses what a test says.
package final class TelemetryCollector: Sendable {
    /// What it answers with.
    package enum Reply: Sendable {
        /// A status, lines of fields, and a body.
        case answer(String, headers: String = "", body: String = "{}")
        /// Nothing, until the client gives up.
        case hangs

        /// All of it was taken.
        package static let taken = answer("200 OK")
    }

    /// A request, decompressed.
    package struct Request: Sendable {
        /// Such as `/v1/traces`.
        package let path: String
        /// Its fields.
        package let headers: HTTPHeaders
        /// Its body.
        package let body: [UInt8]
    }

    private struct State {
        var requests: [Request] = []
        var taken: [Request] = []
    }

    private let state = Mutex(State())
    private let reply: @Sendable (Request, Int) -> Reply

    /// What was asked in all.
    package var requests: [Request] { state.withLock { $0.requests } }

    /// The bodies that it took, which came to a path.
    package func taken(_ path: String) -> [[UInt8]] {
        state.withLock { $0.taken.filter { $0.path == path }.map(\.body) }
    }

    /// Runs a body beside one, given its URL. `reply` is told the request, and how many have come.
    package static func with<Value>(
        _ reply: @escaping @Sendable (Request, Int) -> Reply = { _, _ in .taken },
        _ body: (TelemetryCollector, String) throws -> Value
    ) throws -> Value {
        let collector = TelemetryCollector(reply)
        return try withServer(script: { connection in
            while let request = connection.readRequest() {
                guard collector.answer(request, connection) else { return }
            }
        }) { try body(collector, $0.url("")) }
    }

    private init(_ reply: @escaping @Sendable (Request, Int) -> Reply) { self.reply = reply }

    private func answer(_ recorded: RecordedRequest, _ connection: ServerConnection) -> Bool {
        guard let body = try? Gzip.decompress(recorded.body, limit: 16 << 20) else {
            return connection.answer("400 Bad Request", body: Array("{\"message\":\"no gzip\"}".utf8))
        }
        let path = recorded.line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        let request = Request(path: path, headers: recorded.headers, body: body)
        let count = state.withLock { state in
            state.requests.append(request)
            return state.requests.count
        }
        switch reply(request, count) {
        case .hangs:
            _ = connection.readRequest()
            return false
        case .answer(let status, let headers, let body):
            if status.hasPrefix("2") { state.withLock { $0.taken.append(request) } }
            return connection.answer(status, headers, body: Array(body.utf8))
        }
    }
}
