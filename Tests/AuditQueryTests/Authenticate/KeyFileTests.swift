// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

@testable import AuditQuery
import Cryptography
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct KeyFileTests {
    private let folder = try! TemporaryFolder()
    private var file: KeyFile { KeyFile(path: folder.file("keys.json")) }
    private let now = Timestamp(seconds: 1_709_208_000)
    private let policy = Policy(scope: SystemScope(patterns: ["b", "a*"]), hiddenAttributes: ["é", "ip"])

    private func add(_ name: String) throws -> (key: APIKey, secret: NewAPIKey) {
        let secret = try NewAPIKey()
        return (try file.add(secret, name: name, policy: policy, expires: nil, now: now), secret)
    }

    @Test func `A key that was added is in the file with its policy, and its secret is not`() throws {
        let (key, secret) = try add("auditors")
        #expect(try file.keys() == [key])
        #expect(key.name == "auditors")
        #expect(key.policy == policy)
        #expect(key.created == now)
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        #expect(!text.contains(secret.secret))
        #expect(text.contains(Digest(of: secret.secret.utf8).hexadecimal))
        #expect(secret.secret.wholeMatch(of: /aq_[A-Za-z0-9_-]{43}/) != nil)
        #expect(LocalFile.mode(file.path) == 0o640)
        #expect(try file.ring().key(forSecret: secret.secret, now: now) == key)
    }

    @Test func `The mode stays 0640 when the file is written again`() throws {
        _ = try add("one")
        #expect(chmod(file.path, 0o644) == 0)
        _ = try add("two")
        #expect(LocalFile.mode(file.path) == 0o640)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(names) == ["keys.json", "keys.json.lock"])
    }

    @Test func `A revoked key is refused from the instant on, and a second time changes nothing`() throws {
        let (key, secret) = try add("one")
        let (other, _) = try add("two")
        let revoked = try file.revoke(id: key.id, at: now.advanced(bySeconds: 5))
        #expect(revoked.revoked == now.advanced(bySeconds: 5))
        _ = try file.revoke(id: key.id, at: now.advanced(bySeconds: 50))
        #expect(try file.keys() == [revoked, other])
        let ring = try file.ring()
        #expect(ring.key(forSecret: secret.secret, now: now.advanced(bySeconds: 4)) != nil)
        #expect(ring.key(forSecret: secret.secret, now: now.advanced(bySeconds: 5)) == nil)
    }

    @Test func `A rotated key hands its name and policy on, and ends after the grace`() throws {
        let (old, oldSecret) = try add("one")
        let secret = try NewAPIKey()
        let end = now.advanced(bySeconds: 60)
        let new = try file.rotate(id: old.id, to: secret, oldValidUntil: end, now: now)
        #expect(new.id != old.id)
        #expect(new.name == old.name)
        #expect(new.policy == old.policy)
        #expect(new.revoked == nil)
        let ring = try file.ring()
        #expect(ring.key(forSecret: oldSecret.secret, now: now)?.id == old.id)
        #expect(ring.key(forSecret: oldSecret.secret, now: end) == nil)
        #expect(ring.key(forSecret: secret.secret, now: end)?.id == new.id)
        #expect(throws: FileError.self) {
            try file.rotate(id: old.id, to: NewAPIKey(), oldValidUntil: end, now: now)
        }
    }

    @Test func `An expired key is not rotated, since its successor would be born expired`() throws {
        let key = try file.add(
            NewAPIKey(), name: "old", policy: .unrestricted, expires: now.advanced(bySeconds: 5), now: now)
        let later = now.advanced(bySeconds: 6)
        #expect(throws: FileError.self) {
            try file.rotate(id: key.id, to: NewAPIKey(), oldValidUntil: later, now: later)
        }
        #expect(try file.keys().count == 1)
    }

    @Test func `A key that is not there cannot be revoked or rotated, and nothing is written`() throws {
        _ = try add("one")
        let before = try Data(contentsOf: URL(fileURLWithPath: file.path))
        for id in ["key_none", "", "KEY_1"] {
            let error = #expect(throws: FileError.self) { try file.revoke(id: id, at: now) }
            #expect(error?.description.contains(file.path) == true)
            #expect(throws: FileError.self) {
                try file.rotate(id: id, to: NewAPIKey(), oldValidUntil: now, now: now)
            }
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == before)
    }

    @Test
    func `Keys added by many threads at once are all there, and whoever reads meanwhile sees a whole file`()
        throws
    {
        let file = file
        let now = now
        let added = Mutex<Set<String>>([])
        let isDone = Counter()
        let reader = Running {
            var reads = 0
            while isDone.value == 0 || reads == 0 {
                do {
                    _ = try file.keys()
                    reads += 1
                } catch {
                    guard (error as? FileError)?.isMissing == true else { return false }
                }
            }
            return true
        }
        onThreads(8) { thread in
            for number in 0..<5 {
                do {
                    let key = try file.add(
                        NewAPIKey(), name: "\(thread)-\(number)", policy: .unrestricted, expires: nil,
                        now: now)
                    added.withLock { _ = $0.insert(key.id) }
                } catch {
                    Issue.record("\(error)")
                }
            }
        }
        isDone.add()
        #expect(reader.result() == true)
        let keys = try file.keys()
        #expect(keys.count == 40)
        #expect(Set(keys.map(\.id)) == added.withLock { $0 })
        #expect(Set(keys.map(\.name)).count == 40)
    }

    @Test(arguments: [
        ("", "not a key file"), ("[]", "not a key file"), ("{\"version\":1}", "keys"),
        ("{\"version\":2,\"keys\":[]}", "version 2"), ("{\"version\":1,\"keys\":[{}]}", "id"),
        (entry("\"extra\":1,"), "unknown member extra"),
        (entry("\"hiddenAttribute\":[],"), "unknown member hiddenAttribute"),
        (entry().replacing("[\"*\"]", with: "[]"), "systems is empty"),
        (entry().replacing("[\"*\"]", with: "\"*\""), "systems"),
        (entry().replacing("\"systems\":[\"*\"],", with: ""), "systems"),
        (entry().replacing("0000", with: "000"), "digest"),
        (entry().replacing("0000", with: "000g"), "digest"),
        (entry().replacing("2024-01-01T00:00:00Z", with: "2024"), "created"),
        (entry("\"expires\":\"never\","), "expires"), (entry("\"revoked\":5,"), "revoked"),
        ("{\"version\":1,\"keys\":[\(one("a")),\(one("b"))]}", "digest of another key"),
    ])
    func `A file that is wrong in any place is refused and says where`(_ text: String, _ part: String) throws
    {
        try folder.write(text, to: "keys.json")
        let error = #expect(throws: FileError.self) { try file.ring() }
        #expect(error?.description.hasPrefix(file.path) == true)
        #expect(error?.description.contains(part) == true, "\(error as Any)")
        // What is wrong is not made worse.
        #expect(throws: FileError.self) { try add("x") }
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == text)
    }

    private static func one(_ id: String, _ more: String = "") -> String {
        "{\"id\":\"\(id)\",\"name\":\"n\",\"digest\":\"\(String(repeating: "0", count: 64))\",\(more)\"systems\":[\"*\"],"
            + "\"hiddenAttributes\":[],\"created\":\"2024-01-01T00:00:00Z\"}"
    }

    private static func entry(_ more: String = "") -> String {
        "{\"version\":1,\"keys\":[\(one("key_1", more))]}"
    }
}
