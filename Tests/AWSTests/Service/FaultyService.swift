// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import AWS
import HTTPClient
import Synchronization
import TestSupport
import Testing

/// A service in one region that answers requests in their order, on whatever connection, as a test says.
final class FaultyService: Sendable {
    private let script: ReplyScript
    private let server: ScriptedServer
    let endpoint: Endpoint

    /// Gives each reply once, and the last one from then on.
    init(_ replies: [Reply] = [], then last: Reply = .ok, region: String = "eu-west-1") throws {
        let script = ReplyScript(replies, then: last)
        self.script = script
        server = try ScriptedServer { connection in
            while connection.readRequest() != nil {
                guard script.next().give(connection) else { return }
            }
        }
        endpoint = try #require(Endpoint(region: region, url: server.url()))
    }

    var requests: [RecordedRequest] { server.requests }
    var openConnections: Int { server.openConnections }

    /// What it does from now on.
    func turn(_ replies: [Reply] = [], then last: Reply) { script.set(replies, then: last) }

    func stop() { server.stop() }
}

/// The replies that are still to be given.
final class ReplyScript: Sendable {
    private let replies: Mutex<(next: [Reply], last: Reply)>

    init(_ next: [Reply], then last: Reply) { replies = Mutex((next, last)) }

    func next() -> Reply { replies.withLock { $0.next.isEmpty ? $0.last : $0.next.removeFirst() } }

    func set(_ next: [Reply], then last: Reply) { replies.withLock { $0 = (next, last) } }
}
