// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

@testable import QueryService
import Cryptography
import Foundation
import TestSupport
import Testing
@testable import JSONBytes
@testable import Files
@testable import AuditRecords

@Suite struct KeySourceTests {
    private let folder = try! TemporaryFolder()
    private let now = Timestamp(seconds: 1_709_208_000)
    private var file: KeyFile { KeyFile(path: folder.file("keys.json")) }

    private func add() throws -> String {
        let secret = try NewAPIKey()
        _ = try file.add(secret, name: "n", policy: .unrestricted, expires: nil, now: now)
        return secret.secret
    }

    @Test func `keys are read again when the file has changed, and only then`() throws {
        let first = try add()
        let source = try KeySource(file: file)
        #expect(try source.reload() == nil)
        let second = try add()
        #expect(source.ring.key(forSecret: second, now: now) == nil)
        #expect(try source.reload() != nil)
        #expect(source.ring.key(forSecret: second, now: now) != nil)
        #expect(source.ring.key(forSecret: first, now: now) != nil)
        #expect(try source.reload() == nil)
        #expect(try source.reload(force: true) != nil)
    }

    @Test func `a file that is wrong or gone keeps the old keys, and is reported once`() throws {
        let secret = try add()
        let source = try KeySource(file: file)
        let good = try Data(contentsOf: URL(fileURLWithPath: file.path))
        try folder.write("{", to: "keys.json")
        #expect(throws: FileError.self) { try source.reload() }
        #expect(try source.reload() == nil)
        #expect(throws: FileError.self) { try source.reload(force: true) }
        #expect(source.ring.key(forSecret: secret, now: now) != nil)
        try FileManager.default.removeItem(atPath: file.path)
        #expect(throws: FileError.self) { try source.reload() }
        #expect(source.ring.key(forSecret: secret, now: now) != nil)
        try good.write(to: URL(fileURLWithPath: file.path))
        #expect(try source.reload() != nil)
        #expect(source.ring.keys.count == 1)
    }

    @Test func `a file that could not be opened is read as soon as it can be, though nothing else changed`()
        throws
    {
        // Two links from one name to the other and back stand for whatever the system refuses.
        let old = try add()
        let source = try KeySource(file: file)
        let other = folder.file("other.json")
        try FileManager.default.moveItem(atPath: file.path, toPath: other)
        try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: "keys.json")
        let error = #expect(throws: FileError.self) { try source.reload() }
        #expect(error?.cause == .refused)
        #expect(try source.reload() == nil, "once is enough")
        #expect(source.ring.key(forSecret: old, now: now) != nil)
        try FileManager.default.removeItem(atPath: file.path)
        try FileManager.default.moveItem(atPath: other, toPath: file.path)
        #expect(try source.reload() != nil)
    }

    @Test func `a changed file that could not be opened is read later, though it has not changed again`()
        throws
    {
        _ = try add()
        let source = try KeySource(file: file)
        let second = try add()
        #expect(chmod(file.path, 0) == 0)
        let outcome = Running { Self.asNobody { Result { () throws(FileError) in try source.reload() } } }
            .result()
        guard case .failure(let error) = outcome else {
            Issue.record("the file was read without a right to: \(outcome as Any)")
            return
        }
        #expect(error.cause == .refused)
        #expect(chmod(file.path, 0o640) == 0)
        #expect(try source.reload() != nil)
        #expect(source.ring.key(forSecret: second, now: now) != nil)
    }

    /// Runs a body without root's right to open everything, on a thread that is used for nothing else.
    private static func asNobody<Value>(_ body: () -> Value) -> Value {
        // Of a single thread, unlike seteuid (setfsuid(2)); Swift's module of the C library leaves it out.
        typealias SetUser = @convention(c) (UInt32) -> Int32
        if getuid() == 0, let symbol = dlsym(nil, "setfsuid") {
            _ = unsafeBitCast(symbol, to: SetUser.self)(65_534)
        }
        return body()
    }

    @Test func `a FIFO, a directory or a device in the file's place is refused and not waited for`() throws {
        let secret = try add()
        let source = try KeySource(file: file)
        for (make, kind): (() throws -> Void, String) in [
            ({ #expect(mkfifo(file.path, 0o600) == 0) }, "FIFO"),
            (
                {
                    try FileManager.default.createDirectory(
                        atPath: file.path, withIntermediateDirectories: false)
                }, "directory"
            ),
            (
                {
                    try FileManager.default.createSymbolicLink(
                        atPath: file.path, withDestinationPath: "/dev/zero")
                }, "device"
            ),
        ] {
            try FileManager.default.removeItem(atPath: file.path)
            try make()
            let outcome = Running {
                Result { () throws(FileError) in try source.reload(force: true) }
            }.result()
            // Lets go of whoever waits all the same.
            if outcome == nil { close(open(file.path, O_WRONLY | O_NONBLOCK)) }
            guard case .failure(let error) = outcome else {
                Issue.record("a \(kind) was \(outcome == nil ? "waited for" : "read")")
                continue
            }
            #expect(error.description.contains("is a \(kind)"), "\(error)")
            #expect(source.ring.key(forSecret: secret, now: now) != nil)
        }
    }

    @Test func `a file of more than 32 MiB is refused before it is read`() throws {
        _ = try add()
        let source = try KeySource(file: file)
        // A hole: it takes no disk, and would take memory.
        #expect(truncate(file.path, off_t(KeyDocument.byteLimit) + 1) == 0)
        let error = #expect(throws: FileError.self) { try source.reload() }
        #expect(error?.description.contains("larger than") == true)
        #expect(throws: FileError.self) {
            try KeyRing(
                content: Array(repeating: 0x20, count: KeyDocument.byteLimit + 1), origin: "parameter")
        }
    }

    @Test func `keys in force are those that are neither revoked nor at their end, as time passes`() throws {
        func add(_ expires: Int64?) throws -> APIKey {
            try file.add(
                NewAPIKey(), name: "n", policy: .unrestricted,
                expires: expires.map { now.advanced(bySeconds: $0) },
                now: now)
        }
        let keys = try [5, 9, 9, nil, nil].map { try add($0) }
        _ = try file.revoke(id: keys[4].id, now: now)
        _ = try file.rotate(
            id: keys[3].id, to: NewAPIKey(), graceEnds: now.advanced(bySeconds: 7), now: now)
        _ = try file.revoke(id: try file.keys()[5].id, now: now)
        let ring = try file.ring()
        #expect(ring.keys.count == 6)
        let counts = [-1, 0, 4, 5, 6, 7, 8, 9, 1_000_000].map {
            ring.count(inForceAt: now.advanced(bySeconds: $0))
        }
        #expect(counts == [4, 4, 4, 3, 3, 2, 2, 0, 0])
        for seconds in -1...10 {
            let then = now.advanced(bySeconds: Int64(seconds))
            #expect(ring.count(inForceAt: then) == ring.keys.count { $0.isValid(at: then) })
        }
    }

    @Test func `a service does not start without its keys`() {
        let error = #expect(throws: FileError.self) { try KeySource(file: file) }
        #expect(error?.isMissing == true)
    }

    @Test func `a secret that differs in anything finds no key`() throws {
        let secret = try add()
        let ring = try file.ring()
        #expect(ring.key(forSecret: secret, now: now) != nil)
        let bytes = Array(secret.utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(ring.key(forSecret: String(decoding: changed, as: UTF8.self), now: now) == nil)
        }
        let digest = Digest(of: secret.utf8).hexadecimal
        for other in ["", secret + " ", String(secret.dropLast()), digest, secret.uppercased()] {
            #expect(ring.key(forSecret: other, now: now) == nil)
        }
    }
}
