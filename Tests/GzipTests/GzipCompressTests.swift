import Gzip
import Testing

@Suite struct GzipCompressTests {
    @Test func `the same bytes as gzip -n9 writes`() throws {
        // printf 'hello\n' | gzip -n9, gzip 1.12
        let expected: [UInt8] = [
            0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xe7, 0x02, 0x00, 0x20, 0x30,
            0x3a, 0x36, 6, 0, 0, 0,
        ]
        #expect(try Gzip.compress(Array("hello\n".utf8), level: 9) == expected)
    }

    @Test(arguments: [1, 6, 9])
    func `what is compressed reads back`(level: Int) throws {
        for count in [0, 1, 10, 10_000] {
            let text = lines(count)
            let member = try Gzip.compress(text, level: level)
            #expect(try readAll(of: member).bytes == text)
        }
    }

    @Test func `bytes that do not compress`() throws {
        var state: UInt64 = 42
        let noise = (0..<300_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        let member = try Gzip.compress(noise)
        #expect(member.count > noise.count)
        #expect(try readAll(of: member).bytes == noise)
    }

    @Test func `lines get several times smaller`() throws {
        let text = lines(10_000)
        #expect(try Gzip.compress(text).count * 4 < text.count)
    }
}
