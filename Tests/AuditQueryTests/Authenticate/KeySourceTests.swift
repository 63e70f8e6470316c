// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

@testable import AuditQuery
import Cryptography
import Foundation
import Testing

@Suite struct KeySourceTests {
    private let folder = try! TemporaryFolder()
    private let now = Timestamp(seconds: 1_709_208_000)
    private var file: KeyFile { KeyFile(path: folder.file("keys.json")) }

    private func add() throws -> String {
        let secret = try NewAPIKey()
        _ = try file.add(secret, name: "n", policy: .unrestricted, expires: nil, now: now)
        return secret.secret
    }

    @Test func `Keys are read again when the file has changed, and only then`() throws {
        let first = try add()
        let source = try KeySource(file: file)
        #expect(try !source.reload())
        let second = try add()
        #expect(source.ring.key(forSecret: second, now: now) == nil)
        #expect(try source.reload())
        #expect(source.ring.key(forSecret: second, now: now) != nil)
        #expect(source.ring.key(forSecret: first, now: now) != nil)
        #expect(try !source.reload())
        #expect(try source.reload(force: true))
    }

    @Test func `A file that is wrong or gone keeps the old keys, and is reported once`() throws {
        let secret = try add()
        let source = try KeySource(file: file)
        let good = try Data(contentsOf: URL(fileURLWithPath: file.path))
        try folder.write("{", to: "keys.json")
        #expect(throws: FileError.self) { try source.reload() }
        #expect(try !source.reload())
        #expect(throws: FileError.self) { try source.reload(force: true) }
        #expect(source.ring.key(forSecret: secret, now: now) != nil)
        try FileManager.default.removeItem(atPath: file.path)
        #expect(throws: FileError.self) { try source.reload() }
        #expect(source.ring.key(forSecret: secret, now: now) != nil)
        try good.write(to: URL(fileURLWithPath: file.path))
        #expect(try source.reload())
        #expect(source.ring.count == 1)
    }

    @Test func `A service does not start without its keys`() {
        let error = #expect(throws: FileError.self) { try KeySource(file: file) }
        #expect(error?.isMissing == true)
    }

    @Test func `A secret that differs in anything finds no key`() throws {
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
