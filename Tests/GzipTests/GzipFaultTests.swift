import Glibc
import Gzip
import Testing

@Suite struct GzipFaultTests {
    @Test(arguments: [1, 4096])
    func `cut at every offset`(chunk: Int) throws {
        let first = lines(5)
        let second = lines(3)
        let boundary = try Gzip.compress(first).count
        let whole = try Gzip.compress(first) + Gzip.compress(second)
        for length in 0..<whole.count {
            let outcome = try readAll(of: Array(whole[..<length]), chunk: chunk)
            switch length {
            case 0, boundary:
                #expect(outcome.error == nil, "cut at \(length)")
                #expect(outcome.bytes == (length == 0 ? [] : first))
            case 1:
                // One byte is no gzip header yet.
                #expect(outcome.error == nil)
                #expect(outcome.bytes == [0x1f])
            default:
                #expect(outcome.error?.code == .truncated, "cut at \(length)")
                // The lone first byte of a header is seen, not taken.
                #expect(outcome.error?.offset == Int64(length == boundary + 1 ? boundary : length))
                #expect((first + second).starts(with: outcome.bytes), "cut at \(length)")
            }
        }
    }

    @Test func `what came before the cut is given out`() throws {
        let text = lines(20_000)
        let whole = try Gzip.compress(text)
        let outcome = try readAll(of: Array(whole[..<(whole.count / 2)]), chunk: 1_000_000)
        #expect(outcome.error?.code == .truncated)
        #expect(outcome.bytes.count > text.count / 3)
        #expect(text.starts(with: outcome.bytes))
    }

    @Test func `every bit flipped: the same bytes, an error, or not gzip at all`() throws {
        let text = lines(20)
        let whole = try Gzip.compress(text)
        var errors = 0
        for offset in whole.indices {
            for bit in 0..<8 {
                var flipped = whole
                flipped[offset] ^= 1 << bit
                let outcome = try readAll(of: flipped)
                switch outcome.error {
                case nil where offset < 2: #expect(outcome.bytes == flipped)
                case nil: #expect(outcome.bytes == text, "bit \(bit) of byte \(offset)")
                case let error?:
                    errors += 1
                    #expect([.corrupt, .truncated].contains(error.code))
                    // zlib reads up to 4 bytes ahead of what it decodes.
                    #expect(error.code == .truncated || error.offset > offset, "\(error), byte \(offset)")
                    #expect(error.offset <= Int64(whole.count))
                }
            }
        }
        #expect(errors > (whole.count - 10) * 8 * 9 / 10)
    }

    @Test(arguments: [Array("garbage".utf8), [0x1f, 0x8a], [0x1e], [0, 0, 0x1f, 0x8b]] as [[UInt8]])
    func `what follows the last member and is not gzip is an error`(garbage: [UInt8]) throws {
        let text = lines(3)
        let member = try Gzip.compress(text)
        let outcome = try readAll(of: member + garbage)
        #expect(outcome.bytes == text)
        #expect(outcome.error?.code == .corrupt)
        let zeros = garbage.prefix { $0 == 0 }.count
        #expect(outcome.error?.offset == Int64(member.count + zeros))
    }

    @Test(arguments: [1, 512, 100_000])
    func `zeros after the last member are padding`(count: Int) throws {
        let text = lines(3)
        let outcome = try readAll(of: Gzip.compress(text) + [UInt8](repeating: 0, count: count))
        #expect(outcome.bytes == text)
        #expect(outcome.error == nil)
    }

    @Test func `an error is thrown again by every later read`() throws {
        let file = try TemporaryFile(Array(Gzip.compress(lines(3)).dropLast()))
        var reader = try GzipReader(path: file.path)
        let first = readAll(&reader)
        let second = readAll(&reader)
        #expect(first.error != nil)
        #expect(second.error == first.error)
        #expect(second.bytes.isEmpty)
    }

    @Test func `an error tells the file and the offset`() throws {
        let member = try Gzip.compress(lines(3))
        let file = try TemporaryFile(member + [1])
        var reader = try GzipReader(path: file.path)
        let error = try #require(readAll(&reader).error)
        #expect("\(error)".hasPrefix("\(file.path): corrupt gzip data at byte \(member.count): "))
    }

    @Test func `a file that cannot be opened or read`() throws {
        let missing = #expect(throws: GzipError.self) { _ = try GzipReader(path: "/nonexistent/file.gz") }
        #expect(missing?.code == .io)
        #expect(missing?.errorNumber == ENOENT)
        #expect(missing.map { "\($0)" } == "/nonexistent/file.gz: No such file or directory")

        var directory = try GzipReader(path: "/tmp")
        #expect(readAll(&directory).error?.errorNumber == EISDIR)

        var closed = GzipReader(descriptor: -1, name: "standard input")
        let error = readAll(&closed).error
        #expect(error.map { "\($0)" } == "standard input: Bad file descriptor")
    }
}
