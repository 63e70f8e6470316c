import Cryptography
import DemoData
import JSONBytes
import TestSupport
import Testing
@testable import Evidence

@Suite struct NoteTests {
    /// The example of C2SP's signed-note.
    private static let example = Array(
        """
        This is an example message.

        — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

        """.utf8)
    private static let exampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

    @Test func `the specification's note is its key's`() throws {
        let key = try VerifierKey(Self.exampleKey)
        #expect("\(key)" == Self.exampleKey && key.name == "example.com/foo" && key.kind == .note)
        let note = try SignedNote(Self.example)
        #expect(note.bytes == Self.example)
        #expect(note.verdict(of: key) == .signed(time: nil))
        let other = try SigningKey(name: "example.com/foo", kind: .note).verifier
        #expect(note.verdict(of: other) == .unsigned)
    }

    @Test func `Ed25519 signs as RFC 8032's first tests do`() throws {
        let key = try Ed25519PrivateKey(
            seed: #require(
                [UInt8](hexadecimal: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")))
        #expect(
            key.publicKey.bytes.hexadecimal
                == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        let signature = try key.sign([0x72])
        #expect(
            signature.hexadecimal
                == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
        #expect(key.publicKey.verifies(signature, of: [0x72]))
        #expect(!key.publicKey.verifies(signature, of: [0x73]))
        #expect(!key.publicKey.verifies(Array(signature.dropLast()), of: [0x72]))
    }

    @Test func `any change of a signed note is found`() {
        forAll(cases: 200) { random in
            let key = try SigningKey(name: "audit.example.com/prod", kind: .note)
            let witness = try SigningKey(name: "witness.example.com/w1", kind: .cosignature)
            var note = try SignedNote(text: Array("audit.example.com/prod\n7\nété\n".utf8))
            try note.sign(with: key, at: 0)
            try note.sign(with: witness, at: 1_700_000_000)
            try require(note.verdict(of: key.verifier) == .signed(time: nil), "its own key")
            try require(note.verdict(of: witness.verifier) == .signed(time: 1_700_000_000), "the witness")
            try require(try SignedNote(note.bytes) == note, "read again")
            var bytes = note.bytes
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            guard let changed = try? SignedNote(bytes) else { return }
            let verdicts = [changed.verdict(of: key.verifier), changed.verdict(of: witness.verifier)]
            try require(
                verdicts.contains { $0 == .unsigned || $0 == .forged },
                "byte \(place): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func `a witness's signature is no log's, and a second one replaces the first`() throws {
        let log = try SigningKey(name: "a/b", kind: .note)
        let secret = log.secretText
        #expect(secret.hasPrefix("PRIVATE+KEY+a/b+"))
        #expect(try SigningKey(secretText: "\(secret)\n").verifier == log.verifier)
        let witness = try SigningKey(name: "w", kind: .cosignature)
        var note = try SignedNote(text: Array("a/b\n0\n".utf8))
        try note.sign(with: witness, at: 1)
        try note.sign(with: witness, at: 2)
        #expect(note.verdict(of: witness.verifier) == .signed(time: 2))
        #expect(note.verdict(of: log.verifier) == .unsigned)
        #expect(String(decoding: note.bytes, as: UTF8.self).split(separator: "—").count == 2)
        let asNote = try VerifierKey(name: "w", kind: .note, key: witness.verifier.key)
        #expect(note.verdict(of: asNote) == .unsigned)
    }

    @Test func `no secret is in a description, and none in what is said of a wrong key`() throws {
        let key = try SigningKey(name: "a/b", kind: .note)
        #expect(!"\(key)".contains("PRIVATE") && !"\(key.key)".contains(","))
        // The secret itself may have a +, too.
        let secret = try #require(key.secretText.split(separator: "+", maxSplits: 4).last)
        for text in [key.secretText.dropFirst(), key.secretText.replacing("a/b", with: "a/c")[...]] {
            let error = #expect(throws: NoteFault.self) { try SigningKey(secretText: text) }
            #expect(error.map { !"\($0)".contains(secret) } ?? false)
        }
    }

    @Test(arguments: [
        "", "\n", "text\n", "text\n\n", "text\n\n\n", "text\n\n— a\n", "text\n\n— a AAAA\n",
        "text\n\n- a AAAAAAAA\n", "text\n\n— a AAAAAAA\n", "text\n\n— a+b AAAAAAAA\n", "text\n\n— a AAAAAAAA",
        "te\txt\n\n— a AAAAAAAA\n", "text\n\n— a AAAAAAAA\n\n",
    ])
    func `what is no note is refused`(_ text: String) {
        #expect(throws: NoteFault.self) { try SignedNote(Array(text.utf8)) }
    }

    @Test(arguments: [
        "", "a", "a+b", "a+00000000+", "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ])
    func `what is no key is refused`(_ text: String) {
        #expect(throws: NoteFault.self) { try VerifierKey(text) }
    }

    @Test func `a checkpoint is read as the specification writes it`() throws {
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        let checkpoint = try Checkpoint(SignedNote(text: Array(text.utf8)))
        #expect(checkpoint.origin == "example.com/behind-the-sofa" && checkpoint.size == 20_852_163)
        #expect(checkpoint.text == Array(text.utf8))
        #expect(try Checkpoint(SignedNote(text: Array("\(text)more\n".utf8))) == checkpoint)
        for wrong in [
            "a\n1\n", "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "\(text)\nmore\n",
            "a\n1\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n", "a\n1\nAAAA\n",
        ] {
            #expect(throws: NoteFault.self) { try Checkpoint(SignedNote(text: Array(wrong.utf8))) }
        }
    }

    @Test func `base64 has one spelling for each value`() {
        forAll(cases: 200) { random in
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            try require([UInt8](base64: bytes.base64) == bytes, "\(bytes)")
        }
        #expect(Array("fo".utf8).base64 == Array("Zm8=".utf8) && [0xFB, 0xFF].base64 == Array("+/8=".utf8))
        for text in ["Zm8", "Zm9=", "Z===", "Zm8=Zm8=", "Zm 8", "-_8=", "===="] {
            #expect([UInt8](base64: text.utf8) == nil, "\(text)")
        }
    }
}
