// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

@testable import QueryService
import Foundation
import TestSupport
import Testing
@testable import Files
@testable import AuditRecords

@Suite struct KeyChangesTests {
    private let folder = try! TemporaryFolder()
    private let now = Timestamp(seconds: 1_709_208_000)
    private var file: KeyFile { KeyFile(path: folder.file("keys.json")) }

    private func add(_ name: String, systems: [String] = ["*"]) throws -> String {
        let policy = Policy(scope: SystemScope(patterns: systems))
        return try file.add(try NewAPIKey(), name: name, policy: policy, expires: nil, now: now).id
    }

    /// Replaces text in the file, as somebody with an editor does.
    private func edit(_ old: String, _ new: String) throws {
        let text = try textFile(file.path)
        #expect(text.contains(old))
        try folder.write(text.replacingOccurrences(of: old, with: new), to: "keys.json")
    }

    @Test func `what was done to the keys is told by their ids`() throws {
        let (kept, limited) = (try add("kept"), try add("limited", systems: ["billing"]))
        let source = try KeySource(file: file)
        #expect(try source.reload(force: true)?.isEmpty == true)

        let new = try add("new")
        #expect(try source.reload() == KeyChanges(added: [new]))
        _ = try file.revoke(id: new, now: now)
        #expect(try source.reload() == KeyChanges(revoked: [new]))
        try edit("\"billing\"", "\"crm\"")
        #expect(try source.reload() == KeyChanges(changed: [limited]))
        let successor = try file.rotate(id: kept, to: NewAPIKey(), graceEnds: nil, now: now).id
        #expect(try source.reload() == KeyChanges(added: [successor], revoked: [kept]))
        // A grace is an end that the key had not before.
        let last = try file.rotate(
            id: successor, to: NewAPIKey(), graceEnds: now.advanced(bySeconds: 60), now: now
        ).id
        #expect(try source.reload() == KeyChanges(added: [last], changed: [successor]))
    }

    @Test func `a key that is gone, one that is revoked no more, and one with another secret are told too`()
        throws
    {
        let (first, second) = (try add("first"), try add("second"))
        _ = try file.revoke(id: second, now: now)
        let revoked = try file.ring()
        let digest = try #require(
            textFile(file.path).firstMatch(of: /"([0-9a-f]{64})"/).map { String($0.1) })
        try edit(digest, String(repeating: "0", count: 64))
        let other = try file.ring()
        #expect(revoked.changes(to: other).changed.count == 1)
        #expect(revoked.changes(to: other).added.isEmpty && revoked.changes(to: other).removed.isEmpty)
        let empty = try KeyRing(content: Array(#"{"version":1,"keys":[]}"#.utf8), origin: "test")
        #expect(revoked.changes(to: empty) == KeyChanges(removed: [first, second].sorted()))
        #expect(empty.changes(to: revoked) == KeyChanges(added: [first, second].sorted()))
    }
}
