// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

@testable import QueryService
import Cryptography
import Foundation
import Synchronization
import TestSupport
import Testing
@testable import JSONBytes
@testable import Files
@testable import AuditRecords
@testable import StoreConformance

@Suite struct KeyFileTests {
    private let folder = try! TemporaryFolder()
    private var file: KeyFile { KeyFile(path: folder.file("keys.json")) }
    private let now = Timestamp(seconds: 1_709_208_000)
    private let policy = Policy(scope: SystemScope(patterns: ["b", "a*"]), hiddenAttributes: ["é", "ip"])

    private func add(_ name: String) throws -> (key: APIKey, secret: NewAPIKey) {
        let secret = try NewAPIKey()
        return (try file.add(secret, name: name, policy: policy, expires: nil, now: now), secret)
    }

    @Test func `a key that was added is in the file with its policy, and its secret is not`() throws {
        let (key, secret) = try add("auditors")
        #expect(try file.keys() == [key])
        #expect(key.name == "auditors")
        #expect(key.policy == policy)
        #expect(key.created == now)
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        #expect(!text.contains(secret.secret))
        #expect(text.contains(Digest(of: secret.secret.utf8).hexadecimal))
        #expect(secret.secret.wholeMatch(of: /aq_[A-Za-z0-9_-]{43}/) != nil)
        #expect(fileMode(file.path) == 0o640)
        #expect(try file.ring().key(forSecret: secret.secret, now: now) == key)
    }

    @Test func `the mode stays 0640 when the file is written again`() throws {
        _ = try add("one")
        #expect(chmod(file.path, 0o644) == 0)
        _ = try add("two")
        #expect(fileMode(file.path) == 0o640)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(names) == ["keys.json", "keys.json.lock"])
    }

    @Test func `a revoked key is refused whatever clocks say, and a second time changes nothing`() throws {
        let (key, secret) = try add("one")
        let (other, _) = try add("two")
        let (revoked, others) = try file.revoke(id: key.id, now: now.advanced(bySeconds: 5))
        #expect(revoked.revoked == now.advanced(bySeconds: 5) && others.isEmpty)
        _ = try file.revoke(id: key.id, now: now.advanced(bySeconds: 50))
        #expect(try file.keys() == [revoked, other])
        let ring = try file.ring()
        for seconds: Int64 in [-1_000_000, 0, 4, 5, 1_000_000] {
            #expect(ring.key(forSecret: secret.secret, now: now.advanced(bySeconds: seconds)) == nil)
        }
    }

    @Test func `a rotated key hands its name and policy on, and ends after the grace`() throws {
        let (old, oldSecret) = try add("one")
        let secret = try NewAPIKey()
        let end = now.advanced(bySeconds: 60)
        let new = try file.rotate(id: old.id, to: secret, graceEnds: end, now: now)
        #expect(new.id != old.id)
        #expect(new.name == old.name)
        #expect(new.policy == old.policy)
        #expect(new.revoked == nil && new.graceEnds == nil)
        #expect(try file.keys().map(\.graceEnds) == [end, nil])
        let ring = try file.ring()
        #expect(ring.key(forSecret: oldSecret.secret, now: now)?.id == old.id)
        #expect(ring.key(forSecret: oldSecret.secret, now: end) == nil)
        #expect(ring.key(forSecret: secret.secret, now: end)?.id == new.id)
        #expect(throws: FileError.self) {
            try file.rotate(id: old.id, to: NewAPIKey(), graceEnds: end, now: now)
        }
    }

    @Test func `old and new of a rotated key are each revoked in the grace, and the other one is told of`()
        throws
    {
        let (old, oldSecret) = try add("one")
        let secret = try NewAPIKey()
        let new = try file.rotate(id: old.id, to: secret, graceEnds: now.advanced(bySeconds: 60), now: now)
        let (_, others) = try file.revoke(id: new.id, now: now)
        #expect(others.map(\.id) == [old.id])
        #expect(try file.ring().key(forSecret: secret.secret, now: now) == nil)
        #expect(try file.ring().key(forSecret: oldSecret.secret, now: now) != nil)
        #expect(try file.revoke(id: old.id, now: now).others.isEmpty)
        for seconds: Int64 in [-90, 0, 30] {
            #expect(
                try file.ring().key(forSecret: oldSecret.secret, now: now.advanced(bySeconds: seconds)) == nil
            )
        }
    }

    @Test func `rotated without a grace, the old key is refused at once, also by a clock that is slow`()
        throws
    {
        let (old, oldSecret) = try add("one")
        _ = try file.rotate(id: old.id, to: NewAPIKey(), graceEnds: nil, now: now)
        #expect(try file.ring().key(forSecret: oldSecret.secret, now: now.advanced(bySeconds: -90)) == nil)
    }

    @Test func `a key may end with the last day that there is`() throws {
        let secret = try NewAPIKey()
        let key = try file.add(secret, name: "n", policy: .unrestricted, expires: .endOfTime, now: now)
        #expect(try file.keys() == [key])
        #expect(key.expires == TestRecord.instant("9999-12-31T23:59:59.999999999Z"))
        #expect(try file.ring().key(forSecret: secret.secret, now: now) == key)
    }

    @Test func `behind a symbolic link the file itself is replaced, locked and read`() throws {
        try FileManager.default.createDirectory(
            atPath: folder.file("real"), withIntermediateDirectories: false)
        try FileManager.default.createDirectory(
            atPath: folder.file("etc"), withIntermediateDirectories: false)
        let real = KeyFile(path: folder.file("real/keys.json"))
        let (link, chain, through) = ("etc/keys.json", "chain.json", "folder")
        for (name, target) in [(link, "../real/keys.json"), (chain, "etc/keys.json"), (through, "real")] {
            try FileManager.default.createSymbolicLink(atPath: folder.file(name), withDestinationPath: target)
        }
        _ = try real.add(NewAPIKey(), name: "first", policy: .unrestricted, expires: nil, now: now)
        var count = 1
        for name in [link, chain, "\(through)/keys.json"] {
            let file = KeyFile(path: folder.file(name))
            let key = try file.add(NewAPIKey(), name: name, policy: .unrestricted, expires: nil, now: now)
            _ = try file.revoke(id: key.id, now: now)
            count += 1
            #expect(try real.keys().count == count && real.keys().last?.revoked != nil, "\(name)")
        }
        let type =
            try FileManager.default.attributesOfItem(atPath: folder.file(link))[.type] as? FileAttributeType
        #expect(type == .typeSymbolicLink)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("real"))
        #expect(Set(names) == ["keys.json", "keys.json.lock"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("etc")) == ["keys.json"])
    }

    @Test func `a link to nothing and a file with two names are refused, and nothing is made`() throws {
        try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: "gone.json")
        let dangling = #expect(throws: FileError.self) { try add("x") }
        #expect(dangling?.description.contains("symbolic link") == true)
        try FileManager.default.removeItem(atPath: file.path)
        _ = try add("one")
        let before = try Data(contentsOf: URL(fileURLWithPath: file.path))
        try FileManager.default.linkItem(atPath: file.path, toPath: folder.file("second.json"))
        let hard = #expect(throws: FileError.self) { try add("two") }
        #expect(hard?.description.contains("hard links") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == before)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(names) == ["keys.json", "second.json", "keys.json.lock"])
    }

    @Test func `names that the first version knew stay names, and paths and graces are told from them`()
        throws
    {
        try folder.write(
            Self.entry("").replacing("\"hiddenAttributes\":[]", with: "\"hiddenAttributes\":[\"a.b\",\"c\"]"),
            to: "keys.json")
        #expect(try file.keys()[0].policy.hiddenAttributes == ["a.b", "c"])
        // A program that took a.b for a name of two letters and a dot would hide less: it is to refuse the file.
        let text = { try String(contentsOfFile: file.path, encoding: .utf8) }
        _ = try add("é")
        #expect(try text().contains("\"version\" : 2"))
        #expect(try file.keys()[0].policy.hiddenAttributes == ["a.b", "c"])
        try FileManager.default.removeItem(atPath: file.path)
        let plain = Policy(scope: .all, hiddenAttributes: ["ip"])
        let key = try file.add(NewAPIKey(), name: "n", policy: plain, expires: nil, now: now)
        #expect(try text().contains("\"version\" : 1"))
        _ = try file.rotate(id: key.id, to: NewAPIKey(), graceEnds: now.advanced(bySeconds: 9), now: now)
        #expect(try text().contains("\"version\" : 2"))
    }

    @Test func `an expired key is not rotated, since its successor would be born expired`() throws {
        let key = try file.add(
            NewAPIKey(), name: "old", policy: .unrestricted, expires: now.advanced(bySeconds: 5), now: now)
        let later = now.advanced(bySeconds: 6)
        #expect(throws: FileError.self) {
            try file.rotate(id: key.id, to: NewAPIKey(), graceEnds: later, now: later)
        }
        #expect(try file.keys().count == 1)
    }

    @Test func `a key that is not there cannot be revoked or rotated, and nothing is written`() throws {
        _ = try add("one")
        let before = try Data(contentsOf: URL(fileURLWithPath: file.path))
        for id in ["key_none", "", "KEY_1"] {
            let error = #expect(throws: FileError.self) { try file.revoke(id: id, now: now) }
            #expect(error?.description.contains(file.path) == true)
            #expect(throws: FileError.self) {
                try file.rotate(id: id, to: NewAPIKey(), graceEnds: nil, now: now)
            }
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == before)
    }

    @Test
    func `keys added by many threads at once are all there, and whoever reads meanwhile sees a whole file`()
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
        ("{\"keys\":[]}", "version"), ("{\"version\":3,\"keys\":[]}", "version 3"),
        ("{\"version\":\"1\",\"keys\":[]}", "version"), ("{\"version\":1,\"keys\":{}}", "keys"),
        ("{\"version\":1,\"keys\":[],\"more\":0}", "unknown member \"more\""),
        ("{\"version\":1,\"version\":1,\"keys\":[]}", "version stands twice"),
        ("{\"version\":1,\"keys\":[{}]}", "id"), ("{\"version\":1,\"keys\":[5]}", "no JSON object"),
        ("{\n\"version\":1,\n\"keys\":[}", "line 3"),
        (entry("\"extra\":1,"), "unknown member \"extra\""),
        (entry("\"a\\nb\":1,"), "unknown member \"a\\nb\""),
        (entry("\"hiddenAttribute\":[],"), "unknown member \"hiddenAttribute\""),
        (entry("\"systems\":[\"a\"],"), "member systems stands twice"),
        (entry().replacing("[\"*\"]", with: "[]"), "systems is empty"),
        (entry().replacing("[\"*\"]", with: "\"*\""), "systems"),
        (entry().replacing("[\"*\"]", with: "[\"a*b\"]"), "before its end"),
        (entry().replacing("[\"*\"]", with: "[\"\"]"), "must not be empty"),
        (entry().replacing("[\"*\"]", with: "[5]"), "systems has an element that is no text"),
        (entry().replacing("\"systems\":[\"*\"],", with: ""), "systems is missing"),
        (entry().replacing("Attributes\":[]", with: "Attributes\":[\"userId\"]"), "userId is a field"),
        (entry().replacing("0000", with: "000"), "digest"),
        (entry().replacing("0000", with: "000g"), "digest"),
        (entry().replacing("2024-01-01T00:00:00Z", with: "2024"), "created"),
        (entry("\"expires\":\"never\","), "expires"), (entry("\"revoked\":5,"), "revoked"),
        (entry("\"graceEnds\":\"2024\","), "graceEnds"),
        (keys(one("a"), one("b")), "line 3: key b: has the digest of key a"),
        (keys(one("a"), one("a").replacing("0000", with: "1111")), "line 3: key a: another key has this id"),
        (entry().replacing("key_1", with: "a\\r\\nX: y"), "key \"a\\r\\nX: y\": its id has other characters"),
        (entry().replacing("key_1", with: ""), "its id is empty"),
        (entry().replacing("key_1", with: String(repeating: "x", count: 129)), "129 bytes"),
        (entry().replacing("\"n\"", with: "\"a\\u001bb\""), "control character U+001B"),
        (entry().replacing("\"n\"", with: "\"\\ud800\""), "name is no text"),
    ])
    func `a file that is wrong in any place is refused and says where`(_ text: String, _ part: String) throws
    {
        try folder.write(text, to: "keys.json")
        let error = #expect(throws: FileError.self) { try file.ring() }
        #expect(error?.description.hasPrefix(file.path) == true)
        #expect(error?.description.contains(part) == true, "\(error as Any)")
        // The same for Parameter Store's content, and for the list.
        #expect(throws: FileError.self) { try KeyRing(content: Array(text.utf8), origin: "parameter") }
        #expect(throws: FileError.self) { try file.keys() }
        // What is wrong is not made worse.
        #expect(throws: FileError.self) { try add("x") }
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == text)
    }

    private static func one(_ id: String, _ more: String = "") -> String {
        "{\"id\":\"\(id)\",\"name\":\"n\",\"digest\":\"\(String(repeating: "0", count: 64))\",\(more)\"systems\":[\"*\"],"
            + "\"hiddenAttributes\":[],\"created\":\"2024-01-01T00:00:00Z\"}"
    }

    private static func keys(_ keys: String...) -> String {
        "{\"version\":1,\"keys\":[\n" + keys.joined(separator: ",\n") + "\n]}"
    }

    private static func entry(_ more: String = "") -> String {
        "{\"version\":1,\"keys\":[\(one("key_1", more))]}"
    }
}
