import Gzip
import Testing

@Suite struct GzipDecompressTests {
    private func error(_ bytes: [UInt8], limit: Int = 1 << 20) -> GzipError? {
        do throws(GzipError) {
            _ = try Gzip.decompress(bytes, limit: limit)
            return nil
        } catch {
            return error
        }
    }

    @Test func `what gzip -n9 writes`() throws {
        // printf 'hello\n' | gzip -n9, gzip 1.12
        let member: [UInt8] = [
            0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xe7, 0x02, 0x00, 0x20, 0x30,
            0x3a, 0x36, 6, 0, 0, 0,
        ]
        #expect(try Gzip.decompress(member, limit: 6) == Array("hello\n".utf8))
    }

    @Test(arguments: [0, 1, 2, 65_535, 65_536, 65_537, 131_072, 300_000])
    func `what is compressed, whatever its size, up to the limit itself`(count: Int) throws {
        for content in [
            [UInt8](repeating: 0, count: count), (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) },
        ] {
            for level in [1, 9] {
                let member = try Gzip.compress(content, level: level)
                #expect(try Gzip.decompress(member, limit: count) == content)
                if count > 0 { #expect(error(member, limit: count - 1)?.code == .tooLarge) }
            }
        }
    }

    @Test func `a small member of much content ends at the limit`() throws {
        let bomb = try Gzip.compress([UInt8](repeating: 0, count: 50_000_000), level: 9)
        #expect(bomb.count < 60_000)
        let fault = error(bomb, limit: 1_000_000)
        #expect(fault?.code == .tooLarge)
        #expect(fault?.description == "gzip: the content is larger than 1000000 bytes")
        // Not much was read before that.
        #expect(try #require(fault).offset < 2_000)
    }

    @Test func `cut at every offset`() throws {
        let whole = try Gzip.compress(lines(20))
        for length in 0..<whole.count {
            #expect(error(Array(whole[..<length]))?.code == .truncated, "cut at \(length)")
        }
    }

    @Test func `every bit flipped: the same bytes or an error`() throws {
        let text = lines(20)
        let whole = try Gzip.compress(text)
        var refused = 0
        for offset in whole.indices {
            for bit in 0..<8 {
                var flipped = whole
                flipped[offset] ^= 1 << bit
                // The header's time and system and the bits that pad the last byte may change.
                let content = try? Gzip.decompress(flipped, limit: 1 << 20)
                #expect(content == nil || content == text, "bit \(bit) of byte \(offset)")
                refused += content == nil ? 1 : 0
            }
        }
        #expect(refused > (whole.count - 10) * 8 - 8)
    }

    @Test func `nothing may follow`() throws {
        let member = try Gzip.compress(lines(3))
        for rest in [[0], [1], member] {
            #expect(error(member + rest)?.code == .corrupt)
            #expect(error(member + rest)?.offset == Int64(member.count))
        }
    }

    @Test(arguments: [
        Array("{\"Items\":[]}".utf8),
        // zlib's own format: python3 -c 'import zlib; print(zlib.compress(b"hello").hex())'
        [0x78, 0x9c, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x06, 0x2c, 0x02, 0x15],
    ])
    func `what is no gzip`(bytes: [UInt8]) {
        #expect(error(bytes)?.code == .corrupt)
    }

    @Test(arguments: [
        // The catalogue of CRC algorithms gives that of 123456789; the others are of Python's zlib.crc32.
        ("", 0), ("a", 0xe8b7_be43), ("123456789", 0xcbf4_3926),
        ("The quick brown fox jumps over the lazy dog", 0x414f_a339),
    ])
    func `checksums`(text: String, checksum: UInt32) {
        #expect(Gzip.checksum(Array(text.utf8)) == checksum)
    }

    @Test func `the checksum as its definition computes it, bit by bit`() {
        var state: UInt64 = 1
        for count in [1, 7, 8, 9, 1000, 70_000] {
            let bytes = (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            }
            var register = ~UInt32(0)
            for byte in bytes {
                register ^= UInt32(byte)
                for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xedb8_8320 : register >> 1 }
            }
            #expect(Gzip.checksum(bytes) == ~register)
        }
    }
}
