import Gzip
import Testing

@Suite struct GzipReaderTests {
    @Test(arguments: [1, 2, 7, 4096, 1_000_000])
    func `plain bytes come out as they are`(chunk: Int) throws {
        let text = lines(3000)
        let outcome = try readAll(of: text, chunk: chunk)
        #expect(outcome.isWhole(text))
    }

    @Test(arguments: [1, 2, 7, 4096, 1_000_000])
    func `one member is decompressed`(chunk: Int) throws {
        let text = lines(3000)
        let outcome = try readAll(of: Gzip.compress(text), chunk: chunk)
        #expect(outcome.isWhole(text))
    }

    @Test(arguments: [1, 3, 4096])
    func `members follow each other, empty ones too`(chunk: Int) throws {
        let first = lines(100)
        let second = lines(50)
        let empty = try Gzip.compress([])
        let bytes = try empty + Gzip.compress(first) + empty + Gzip.compress(second, level: 1) + empty
        let outcome = try readAll(of: bytes, chunk: chunk)
        #expect(outcome.isWhole(first + second))
    }

    @Test func `many members, more than one buffer of input`() throws {
        let member = try Gzip.compress(lines(10))
        let members = (0..<2000).flatMap { _ in member }
        let outcome = try readAll(of: members)
        #expect(outcome.isWhole((0..<2000).flatMap { _ in lines(10) }))
    }

    @Test func `nothing is no error`() throws {
        for bytes in [[], try Gzip.compress([])] {
            let outcome = try readAll(of: bytes)
            #expect(outcome.bytes.isEmpty)
            #expect(outcome.error == nil)
        }
    }

    @Test(
        arguments: [[0x1f], [0x8b], [0x1f, 0x8a], [0x78, 0x9c, 3, 0], [0], [0, 0x1f, 0x8b]] as [[UInt8]])
    func `only gzip's first two bytes make it gzip`(bytes: [UInt8]) throws {
        let outcome = try readAll(of: bytes)
        #expect(outcome.isWhole(bytes))
    }

    @Test func `a header with a time, an extra field and a name`() throws {
        // By hand after RFC 1952; the deflate data and the trailer are of printf 'hello\n' | gzip -n9.
        let name = Array("hello.ndjson".utf8) + [0]
        let header: [UInt8] = [0x1f, 0x8b, 8, 0b1100, 1, 2, 3, 4, 2, 3, 4, 0, 1, 2, 3, 4]
        let data: [UInt8] = [
            0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xe7, 0x02, 0x00, 0x20, 0x30, 0x3a, 0x36, 6, 0, 0, 0,
        ]
        let outcome = try readAll(of: header + name + data)
        #expect(outcome.isWhole(Array("hello\n".utf8)))
    }

    @Test(arguments: [true, false])
    func `progress runs from nothing to the source's size`(compressed: Bool) throws {
        let text = lines(20_000)
        let bytes = compressed ? try Gzip.compress(text) : text
        let file = try TemporaryFile(bytes)
        var reader = try GzipReader(path: file.path)
        #expect(reader.sourceSize == Int64(bytes.count))
        #expect(reader.sourceBytesRead == 0)
        var buffer = [UInt8](repeating: 0, count: 10_000)
        var last: Int64 = 0
        var steps = 0
        while try reader.read(into: &buffer) > 0 {
            #expect(reader.sourceBytesRead >= last)
            steps += reader.sourceBytesRead > last ? 1 : 0
            last = reader.sourceBytesRead
        }
        #expect(reader.sourceBytesRead == Int64(bytes.count))
        #expect(steps > 5)
        #expect(buffer.count == 10_000)
    }

    @Test func `the end stays the end`() throws {
        let file = try TemporaryFile(Gzip.compress(lines(3)))
        var reader = try GzipReader(path: file.path)
        _ = readAll(&reader)
        var buffer: [UInt8] = [0]
        for _ in 0..<3 { #expect(try reader.read(into: &buffer) == 0) }
    }
}
