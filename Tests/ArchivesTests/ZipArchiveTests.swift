import Archives
import Gzip
import TestSupport
import Testing

@Suite struct ZipArchiveTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ bytes: [UInt8]) throws -> ZipArchive {
        try #require(try ZipArchive(path: try folder.write(bytes, to: "a.json")))
    }

    /// All files of an archive, in order, and what stopped the list.
    private func contents(_ bytes: [UInt8], chunk: Int = 4096) throws -> ([String: ReadOutcome], GzipError?) {
        let archive = try open(bytes)
        var found: [String: ReadOutcome] = [:]
        do throws(GzipError) {
            while let entry = try archive.next() {
                do throws(GzipError) {
                    found[entry.name] = readAll(
                        try archive.content(of: entry, name: "z: \(entry.name)"), chunk: chunk)
                } catch {
                    found[entry.name] = ReadOutcome(error: error)
                }
            }
            return (found, nil)
        } catch {
            return (found, error)
        }
    }

    @Test(arguments: [1, 7, 4096, 1_000_000])
    func
        `files come out as they went in: stored, deflated, with lengths before or behind, of 64 bits, compressed themselves`(
            chunk: Int
        ) throws
    {
        let text = lines(3000)
        let files: [Made.File] = [
            .init(name: "stored", content: text, isDeflated: false),
            .init(name: "deflated", content: text),
            .init(name: "described", content: text, hasDescriptor: true),
            .init(name: "wide", content: text, isWide: true),
            .init(name: "gzip", content: try Gzip.compress(text), isDeflated: false),
            .init(name: "zstd", content: Made.zstd(text)),
        ]
        for isWide in [false, true] {
            let (found, fault) = try contents(
                try Made.zip(files, comment: "PK\u{5}\u{6} of somebody", isWide: isWide), chunk: chunk)
            #expect(fault == nil)
            #expect(found.count == files.count)
            for (name, outcome) in found {
                #expect(outcome.isWhole(text), "\(name): \(outcome.error as Any)")
            }
        }
    }

    @Test func `an empty archive and an empty file are no fault`() throws {
        #expect(try contents(try Made.zip([])).0.isEmpty)
        let (found, fault) = try contents(
            try Made.zip([.init(name: "e", content: []), .init(name: "s", content: [], isDeflated: false)]))
        #expect(fault == nil)
        #expect(found.values.filter { $0.isWhole([]) }.count == 2)
    }

    @Test func `what is encrypted or compressed otherwise is refused by its name, and the rest is read`()
        throws
    {
        let text = lines(3)
        let (found, fault) = try contents(
            try Made.zip([
                .init(name: "secret", content: text, flags: 1),
                .init(name: "lzma", content: text, method: 14),
                .init(name: "odd", content: text, method: 77), .init(name: "good", content: text),
            ]))
        #expect(fault == nil)
        #expect(found["good"]?.isWhole(text) == true)
        for (name, words) in [
            ("secret", "is encrypted"), ("lzma", "is compressed with LZMA"),
            ("odd", "is compressed with method 77"),
        ] {
            #expect(found[name]?.error?.description.contains("z: \(name): \(words)") == true, "\(name)")
        }
    }

    @Test func `content that was changed is a fault of its file`() throws {
        let text = lines(2000)
        for isDeflated in [true, false] {
            var bytes = try Made.zip([
                .init(name: "bad", content: text, isDeflated: isDeflated), .init(name: "good", content: text),
            ])
            bytes[40 + 500] ^= 0x55
            let (found, fault) = try contents(bytes)
            #expect(fault == nil)
            #expect(found["bad"]?.error?.code == .corrupt)
            #expect(found["good"]?.isWhole(text) == true)
        }
    }

    @Test func `an archive that was cut says so, wherever`() throws {
        let bytes = try Made.zip([.init(name: "a", content: lines(50)), .init(name: "b", content: lines(50))])
        for count in 4..<bytes.count {
            #expect(throws: GzipError.self, "\(count)") { try open(Array(bytes.prefix(count))) }
        }
    }

    @Test func `no change of a byte goes unnoticed or reads outside`() throws {
        let text = lines(20)
        let bytes = try Made.zip([.init(name: "a", content: text, isWide: true)], isWide: true)
        for place in bytes.indices {
            for bit in [1, 0x80] as [UInt8] {
                var changed = bytes
                changed[place] ^= bit
                guard let archive = try? ZipArchive(path: try folder.write(changed, to: "c")) else {
                    continue
                }
                guard let entry = try? archive.next() else { continue }
                guard let content = try? archive.content(of: entry, name: "c") else { continue }
                let outcome = readAll(content)
                #expect(outcome.error != nil || outcome.bytes == text, "\(place)")
            }
        }
    }

    @Test func `what is no archive is none`() throws {
        #expect(try ZipArchive(path: try folder.write("PK", to: "a")) == nil)
        #expect(try ZipArchive(path: folder.file("nothing")) == nil)
        #expect(try ZipArchive(path: folder.path) == nil)
    }
}
