import Deflate
import Testing

@Suite struct DeflateTests {
    private static func lines(_ count: Int) -> [UInt8] {
        Array((0..<count).map { "{\"id\":\($0),\"name\":\"record \($0 % 7)\"}\n" }.joined().utf8)
    }

    @Test(arguments: [1, 2, 17, 1000, 300_000])
    func `what is compressed reads back, and is smaller`(_ count: Int) throws {
        let text = Self.lines(count)
        let member = try #require(Deflate.gzip(text, within: text.count + 64))
        let isEqual = Deflate.gunzip(member, byteCount: text.count) == text
        #expect(isEqual)
        #expect(count < 17 || member.count * 2 < text.count)
        #expect(Deflate.gzip(text, within: text.count + 64) == member, "the same bytes give the same member")
    }

    @Test func `nothing has a member too`() throws {
        let member = try #require(Deflate.gzip([], within: 64))
        #expect(Deflate.gunzip(member, byteCount: 0) == [])
    }

    @Test func `what would be larger than the limit is none`() throws {
        let text = Self.lines(1000)
        let size = try #require(Deflate.gzip(text, within: text.count)).count
        #expect(Deflate.gzip(text, within: size / 2) == nil)
        for limit in 0..<Deflate.smallestMember { #expect(Deflate.gzip([1], within: limit) == nil) }
    }

    @Test func `a member that is cut, changed, followed by something or of another length is none`() throws {
        let text = Self.lines(100)
        let member = try #require(Deflate.gzip(text, within: text.count))
        for length in 0..<member.count {
            #expect(Deflate.gunzip(Array(member.prefix(length)), byteCount: text.count) == nil, "\(length)")
        }
        #expect(Deflate.gunzip(member + [0], byteCount: text.count) == nil)
        #expect(Deflate.gunzip(member, byteCount: text.count - 1) == nil)
        #expect(Deflate.gunzip(member, byteCount: text.count + 1) == nil)
        // Behind the header, where a time and a system's name stand that nobody checks.
        for index in 10..<member.count {
            var changed = member
            changed[index] ^= 0x10
            #expect(Deflate.gunzip(changed, byteCount: text.count) != text, "\(index)")
        }
    }

    @Test func `more threads than there are places compress at once`() async {
        let text = Self.lines(2000)
        let expected = Deflate.gzip(text, within: text.count)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 { group.addTask { Deflate.gzip(text, within: text.count) == expected } }
            for await isEqual in group { #expect(isEqual) }
        }
    }

    @Test(arguments: [
        // As GzipTests has them.
        ("", 0), ("a", 0xe8b7_be43), ("123456789", 0xcbf4_3926),
        ("The quick brown fox jumps over the lazy dog", 0x414f_a339),
    ])
    func `checksums`(_ text: String, _ checksum: UInt32) {
        #expect(Deflate.checksum(Array(text.utf8)) == checksum)
    }

    @Test
    func `the checksum as its definition computes it, bit by bit, of each short length and of long ones`() {
        for count in Array(0..<200) + [1023, 4096, 70_001] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 7919) ^ ($0 >> 5)) }
            var register = ~UInt32(0)
            for byte in bytes {
                register ^= UInt32(byte)
                for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xedb8_8320 : register >> 1 }
            }
            #expect(Deflate.checksum(bytes) == ~register, "\(count)")
        }
    }
}
