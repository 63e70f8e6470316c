import AWS
import Foundation
import Gzip
import HTTPClient
import Logging
import Synchronization
@testable import Telemetry
import TestSupport
import Testing

/// A stand-in for CloudWatch that keeps what it takes, and refuses what a test says.
final class CloudWatchStandIn: Sendable {
    enum Reply: Sendable {
        case taken
        case refused(Int, String)
        case hangs

        static let throttled = refused(400, "com.amazon.coral.availability#ThrottlingException")
        static let down = refused(503, "ServiceUnavailable")
        static let denied = refused(403, "AccessDeniedException")
        static let invalid = refused(
            400, "com.amazonaws.cloudwatch.v2010_08_01#InvalidParameterValueException")
    }

    private let state = Mutex<(taken: [SentMetrics], calls: Int)>(([], 0))
    private let reply: @Sendable (SentMetrics, Int) -> Reply

    /// What it took.
    var taken: [SentMetrics] { state.withLock { $0.taken } }
    /// How many requests came, with those that it refused.
    var calls: Int { state.withLock { $0.calls } }

    /// Runs a body beside it. `reply` is told the request and how many have come.
    static func with(
        _ reply: @escaping @Sendable (SentMetrics, Int) -> Reply = { _, _ in .taken },
        _ body: (CloudWatchStandIn, CloudWatch) throws -> Void
    ) throws {
        let standIn = CloudWatchStandIn(reply)
        try withServer(script: { connection in
            while let request = connection.readRequest() {
                guard standIn.answer(request, connection) else { return }
            }
        }) { try body(standIn, .client(of: $0.url())) }
    }

    private init(_ reply: @escaping @Sendable (SentMetrics, Int) -> Reply) {
        self.reply = reply
    }

    private func answer(_ request: RecordedRequest, _ connection: ServerConnection) -> Bool {
        guard let bytes = try? Gzip.decompress(request.body, limit: 1 << 20),
            let metrics = try? JSONDecoder().decode(SentMetrics.self, from: Data(bytes))
        else {
            return connection.answer("400 Bad Request", body: Array(#"{"__type": "NotUnderstood"}"#.utf8))
        }
        let calls = state.withLock { state in
            state.calls += 1
            return state.calls
        }
        switch reply(metrics, calls) {
        case .taken:
            state.withLock { $0.taken.append(metrics) }
            return connection.answer(body: Array("{}".utf8))
        case .refused(let status, let code):
            let body = #"{"__type": "\#(code)", "message": "no"}"#
            return connection.answer("\(status) Refused", body: Array(body.utf8))
        case .hangs:
            connection.waitForClose()
            return false
        }
    }
}

extension CloudWatch {
    /// CloudWatch at a URL, whose retries take no time, and whose circuit is never open for long.
    static func client(of url: String) throws -> CloudWatch {
        CloudWatch(try .monitoring(at: url))
    }
}

extension ServiceClient {
    static func monitoring(at url: String) throws -> ServiceClient {
        let start = ContinuousClock.now
        let minutes = Atomic<Int>(0)
        return ServiceClient(
            service: "monitoring", endpoints: [try #require(Endpoint(region: "eu-west-1", url: url))],
            credentials: CredentialSource(Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")),
            http: HTTPClient(),
            timing: ServiceTiming(
                attempt: .seconds(20),
                steady: { start + .seconds(60 * minutes.add(1, ordering: .relaxed).newValue) },
                wait: { _ in }, share: { 0.5 }),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}
