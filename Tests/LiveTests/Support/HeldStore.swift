import Glibc
import HTTPClient
import Synchronization
import TestSupport

/// A DynamoDB that has no records, answers when it is allowed to, and counts what it is asked.
final class HeldStore: Sendable {
    private let server: ScriptedServer
    private let holder: Holder

    /// Runs `body` with an installation over such a store.
    static func installation(
        workers: Int = 2, adminKeys: Int = 1, overrides: [String: String] = [:], delay: Duration = .zero,
        _ body: (LiveInstallation, HeldStore) throws -> Void
    ) throws {
        let store = try HeldStore(delay: delay)
        defer { store.stop() }
        let settings = [
            "store.kind": "dynamodb", "store.dynamodb.regions": "eu-west-1",
            "store.dynamodb.endpoints": store.server.url(""),
        ]
        try LiveInstallation.with(
            .init(
                overrides: settings.merging(overrides) { $1 }, environment: Region.variables,
                loadsNothing: true, adminKeys: adminKeys, workers: workers)
        ) { live in try body(live, store) }
    }

    private init(delay: Duration) throws {
        let microseconds = UInt32(delay / .microseconds(1))
        let isHeld = Holder()
        holder = isHeld
        server = try ScriptedServer { connection in
            while connection.readRequest() != nil {
                usleep(microseconds)
                // Whoever gives up closes its connection.
                while isHeld.value { if connection.waitForClose(milliseconds: 20) { return } }
                connection.answer(
                    "200 OK", "Content-Type: application/x-amz-json-1.0\r\n",
                    body: Array(#"{"Items":[],"Count":0,"ScannedCount":0}"#.utf8))
            }
        }
    }

    /// Whether it answers nothing now.
    func hold(_ isHeld: Bool) { holder.set(isHeld) }

    /// How many queries for records it was sent, however often each was tried: that is after 3 seconds, and on a busy machine at any time.
    var reads: Int {
        let queries = server.requests.filter {
            !String(decoding: $0.body, as: UTF8.self).contains("audit-query:shards")
        }
        return Set(queries.map { $0.headers["amz-sdk-invocation-id"] }).count
    }

    private func stop() {
        hold(false)
        server.stop()
    }

    private final class Holder: Sendable {
        private let state = Atomic(false)
        var value: Bool { state.load(ordering: .relaxed) }
        func set(_ value: Bool) { state.store(value, ordering: .relaxed) }
    }
}
