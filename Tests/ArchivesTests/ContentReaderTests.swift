import Archives
import Gzip
import TestSupport
import Testing

@Suite struct ContentReaderTests {
    private func read(_ bytes: [UInt8], chunk: Int = 4096) throws -> ReadOutcome {
        let folder = try TemporaryFolder()
        return readAll(try InputDescriptor(path: try folder.write(bytes, to: "a")), chunk: chunk)
    }

    @Test(arguments: [1, 7, 4096, 1_000_000])
    func `what is plain, gzip or zstd is told by its bytes and comes out the same`(chunk: Int) throws {
        let text = lines(6000)
        let forms = [text, try Gzip.compress(text), Made.zstd(text)]
        for bytes in forms { #expect(try read(bytes, chunk: chunk).isWhole(text)) }
    }

    @Test func `frames follow each other, those that are skipped too`() throws {
        let text = lines(100)
        let skipped: [UInt8] = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
        let bytes = skipped + Made.zstd(text) + Made.zstd([]) + skipped + Made.zstd(text)
        for chunk in [1, 100, 100_000] { #expect(try read(bytes, chunk: chunk).isWhole(text + text)) }
    }

    @Test(
        arguments: [[], [0x28], [0x28, 0xB5, 0x2F], [0x28, 0xB5, 0x2F, 0xFC, 1], [0x50, 0x4B, 3]] as [[UInt8]]
    )
    func `what only begins as an archive does comes out as it is`(bytes: [UInt8]) throws {
        #expect(try read(bytes).isWhole(bytes))
    }

    @Test func `a frame that is cut gives what is there, and says where it ends`() throws {
        let text = lines(20_000)
        let frame = Made.zstd(text)
        for count in stride(from: 5, to: frame.count, by: frame.count / 17) {
            let outcome = try read(Array(frame.prefix(count)))
            #expect(outcome.error?.code == .truncated)
            #expect("\(outcome.error.map { "\($0)" } ?? "")".contains("truncated zstd data at byte \(count)"))
            #expect(text.starts(with: outcome.bytes))
        }
    }

    @Test func `what follows a frame and is none is a fault`() throws {
        let text = lines(10)
        let outcome = try read(Made.zstd(text) + [1])
        #expect(outcome.bytes == text)
        #expect(outcome.error?.code == .corrupt)
    }

    @Test func `an archive that is no file is refused`() throws {
        let folder = try TemporaryFolder()
        let archive = try Made.zip([.init(name: "a", content: lines(3))])
        let path = try folder.write(archive, to: "a.json")
        let outcome = readAll(try InputDescriptor(path: path))
        #expect(outcome.error?.code == .unsupported)
        #expect(outcome.error?.description.contains("save it as a file") == true)
    }
}
