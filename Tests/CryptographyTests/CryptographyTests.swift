import Cryptography
import Testing

@Suite struct CryptographyTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `digests are those of FIPS 180-4's examples`(_ text: String, _ expected: String) {
        let digest = Digest(of: text.utf8)
        #expect(digest.hexadecimal == expected)
        #expect(Digest(hexadecimal: expected) == digest)
        #expect(Digest(hexadecimal: expected.uppercased()) == digest)
    }

    @Test(arguments: ["", "00", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8", "zz", "0"])
    func `what is no digest is refused`(_ text: String) {
        #expect(Digest(hexadecimal: text) == nil)
        #expect(Digest(hexadecimal: String(repeating: "g", count: 64)) == nil)
        #expect(Digest(hexadecimal: String(repeating: "0", count: 66)) == nil)
    }

    @Test func `authentication codes are those of RFC 4231`() throws {
        let code = try messageAuthenticationCode(
            of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(code.hexadecimal == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func `a comparison says equal for equal bytes only`() {
        #expect(constantTimeEqual([], []))
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
        #expect(!constantTimeEqual([0], []))
    }

    @Test func `random bytes are as many as asked and never the same twice`() throws {
        #expect(try randomBytes(0).isEmpty)
        let drawn = try (0..<50).map { _ in try randomBytes(16) }
        #expect(drawn.allSatisfy { $0.count == 16 })
        #expect(Set(drawn).count == 50)
    }

    @Test func `hexadecimal text is read in either case and nothing else is`() {
        #expect([UInt8](hexadecimal: "00fFA0") == [0, 255, 160])
        for wrong in ["0", "0g", "é", " 0", "0x", "+1"] { #expect([UInt8](hexadecimal: wrong) == nil) }
    }
}
