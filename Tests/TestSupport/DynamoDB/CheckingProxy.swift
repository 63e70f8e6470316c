internal import Foundation
internal import Glibc
internal import HTTPClient
internal import Synchronization
internal import Testing

/// Stands in front of an emulator of AWS's services, and refuses what the real DynamoDB refuses and the emulator lets
/// pass. All else goes through unchanged, signatures included.
package final class CheckingProxy: Sendable {
    private let server: ScriptedServer
    private let isStopped = Atomic<Bool>(false)

    /// Where the emulator is asked through it.
    package var url: String { "http://127.0.0.1:\(server.port)" }

    /// A proxy of what listens on a port of this machine, which tells the operation and the reason of each refusal,
    /// on the connection's thread.
    package init(to port: Int, onRefusal: @escaping @Sendable (String) -> Void) throws {
        let rules = Mutex(RequestRules())
        server = try ScriptedServer(keepsRequests: false) { connection in
            while let request = connection.readRequest() {
                let target = request.headers["X-Amz-Target"] ?? ""
                if target.hasPrefix("DynamoDB_20120810.") {
                    let operation = String(target.dropFirst("DynamoDB_20120810.".count))
                    if operation == "CreateTable" { rules.withLock { $0.learn(request.body) } }
                    if let reason = rules.withLock({ $0 }).refusal(of: operation, request.body) {
                        onRefusal("\(operation): \(reason)")
                        guard Self.refuse(connection, reason) else { return }
                        continue
                    }
                }
                guard Self.relay(request, to: port, connection) else { return }
            }
        }
    }

    /// A refusal where none is expected: it fails the test run, with its reason.
    package static let failing: @Sendable (String) -> Void = { refusal in
        Issue.record("DynamoDB would refuse this request, which the emulator takes: \(refusal)")
    }

    /// Listens no more.
    package func stop() {
        guard !isStopped.exchange(true, ordering: .sequentiallyConsistent) else { return }
        server.stop()
    }

    private static func refuse(_ connection: ServerConnection, _ reason: String) -> Bool {
        let error = ["__type": "com.amazon.coral.validate#ValidationException", "message": reason]
        let body = (try? JSONSerialization.data(withJSONObject: error)) ?? Data()
        return connection.answer(
            "400 Bad Request", "Content-Type: application/x-amz-json-1.0\r\n", body: Array(body))
    }

    /// Sends a request on over a connection of its own, and its answer back.
    ///
    /// - Returns: whether the client's connection can take another request.
    private static func relay(
        _ request: RecordedRequest, to port: Int, _ connection: ServerConnection
    ) -> Bool {
        guard let upstream = TCPListener.connect(to: port) else { return false }
        defer { close(upstream) }
        var head = request.line + "\r\n"
        for field in request.headers where field.name.lowercased() != "connection" {
            head += "\(field.name): \(field.value)\r\n"
        }
        let sender = ServerConnection(descriptor: upstream, number: 0) { _ in }
        guard sender.send(Array("\(head)Connection: close\r\n\r\n".utf8) + request.body) else { return false }
        let answer = sender.readToEnd()
        guard let end = answer.firstRange(of: Array("\r\n\r\n".utf8)) else { return false }
        let lines = String(decoding: answer[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
            .filter { !$0.lowercased().hasPrefix("connection:") }
        let sent = connection.send(
            Array("\(lines.joined(separator: "\r\n"))\r\n\r\n".utf8) + answer[end.upperBound...])
        // Without a length, only the end of the connection is that of the answer.
        return sent && lines.contains { $0.lowercased().hasPrefix("content-length:") }
    }
}
