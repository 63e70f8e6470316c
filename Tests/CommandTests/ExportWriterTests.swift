import ArgumentParser
import Cryptography
import DemoData
import Foundation
import TestSupport
import Testing
@testable import AuditRecords
@testable import audit_query

/// The files of an export depend on its rows alone, wherever it was stopped.
@Suite struct ExportWriterTests {
    private static let header = Array("name\r\n".utf8)

    /// Rows of random lengths, some of them longer than a block.
    private func rows(_ random: inout SplitMix64, _ count: Int) -> ExportRows {
        var rows = ExportRows()
        for number in 0..<count {
            let size = random.once(in: 40) ? 1_500_000 : random.number(in: 1...60_000)
            rows.bytes +=
                Array(repeating: UInt8(ascii: "a") + UInt8(number % 26), count: size) + [0x0D, 0x0A]
            let key = RecordKey(
                systemId: Identifier("s"), instant: Timestamp(seconds: Int64(number / 3)),
                auditId: Identifier(Array("id-\(100_000 + number)".utf8)))
            rows.rows.append((rows.bytes.count, key))
        }
        return rows
    }

    private func checkpoint() -> ExportCheckpoint {
        ExportCheckpoint(
            asked: [:], begun: "",
            question: ExportManifest.Question(order: "asc", range: .init(start: nil, end: nil)),
            origin: ExportOrigin(kind: "sqlite", systems: ["*"], hiddenAttributes: []), arrival: nil,
            sealSize: nil)
    }

    /// Some of the rows, as a page has them.
    private func page(_ rows: ExportRows, _ range: Range<Int>) -> ExportRows {
        let start = range.lowerBound == 0 ? 0 : rows.rows[range.lowerBound - 1].end
        let end = range.isEmpty ? start : rows.rows[range.upperBound - 1].end
        return ExportRows(
            bytes: Array(rows.bytes[start..<end]), rows: rows.rows[range].map { ($0.end - start, $0.key) })
    }

    /// Writes rows in pages; stops now and then, as a process does that is killed, and goes on from the last checkpoint.
    private func write(
        _ rows: ExportRows, _ target: ExportTarget, _ partRecords: Int?, _ random: inout SplitMix64,
        stops: Bool
    ) throws -> (parts: [ExportManifest.Part], sha256: String) {
        var checkpoint = checkpoint()
        while true {
            var writer = try ExportWriter(
                target, header: Self.header, partRecords: partRecords, after: checkpoint)
            var rest = rows
            if let place = try checkpoint.place() { rest.drop(upTo: place, .ascending) }
            var next = 0
            var isStopped = false
            while next < rest.count, !isStopped {
                let end = min(rest.count, next + random.number(in: 1...40))
                try writer.take(page(rest, next..<end))
                next = end
                if random.once(in: 3) { try writer.note(in: &checkpoint) }
                isStopped = stops && random.once(in: 8)
            }
            // Also behind the last row, and behind the last file's end.
            if !isStopped {
                if stops, random.once(in: 3) { continue }
                let outcome = try writer.finish()
                if stops, random.once(in: 3) { continue }
                return outcome
            }
        }
    }

    private func content(_ folder: String) throws -> [String: Data] {
        var content: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            content[name] = FileManager.default.contents(atPath: "\(folder)/\(name)")
        }
        return content
    }

    @Test(arguments: ["records.csv", "records.csv.gz", "records.csv.zst"])
    func `files are the same wherever the export was stopped`(_ name: String) throws {
        forAll(cases: 4) { random in
            let folder = try TemporaryFolder()
            let rows = rows(&random, random.number(in: 0...250))
            let partRecords = random.pick([nil, 1, 7, 100, 250])
            var found: [[String: Data]] = []
            for (index, stops) in [false, true, true].enumerated() {
                let target = try ExportTarget(folder.file("\(index)/\(name)"))
                try FileManager.default.createDirectory(
                    atPath: target.folder, withIntermediateDirectories: true)
                let (parts, sha256) = try write(rows, target, partRecords, &random, stops: stops)
                let content = try content(target.folder)
                try require(Set(content.keys) == Set(parts.map(\.file)), "\(content.keys.sorted()) \(parts)")
                try require(parts.reduce(0) { $0 + $1.records } == rows.count, "\(parts)")
                let whole = parts.reduce(into: Data()) { $0 += content[$1.file] ?? Data() }
                try require(Digest(of: whole).hexadecimal == sha256, "the digest of all")
                for part in parts {
                    let bytes = content[part.file] ?? Data()
                    try require(
                        bytes.count == part.bytes && Digest(of: bytes).hexadecimal == part.sha256, part.file)
                }
                found.append(content)
            }
            try require(found[0] == found[1] && found[0] == found[2], "other bytes")
            if name == "records.csv", partRecords == nil {
                try require(found[0][name] == Data(Self.header + rows.bytes), "not the rows")
            }
        }
    }

    @Test func `what was changed while an export was stopped is told, and not gone on with`() throws {
        let folder = try TemporaryFolder()
        let target = try ExportTarget(folder.file("x/records.ndjson"))
        try FileManager.default.createDirectory(atPath: target.folder, withIntermediateDirectories: true)
        var random = SplitMix64(seed: 1)
        var checkpoint = checkpoint()
        do {
            var writer = try ExportWriter(target, header: [], partRecords: 50, after: checkpoint)
            try writer.take(rows(&random, 120))
            try writer.note(in: &checkpoint)
        }
        #expect(checkpoint.parts.count == 2)
        for name in ["records-00001.ndjson", "records-00003.ndjson.partial"] {
            let path = "\(target.folder)/\(name)"
            let kept = try #require(FileManager.default.contents(atPath: path))
            for changed in [Data(kept.dropLast(kept.count / 2 + 1)), Data([0]) + kept.dropFirst()] {
                try changed.write(to: URL(fileURLWithPath: path))
                guard checkpoint.open.byteCount > 0 || name.contains("00001") else { continue }
                #expect(throws: ExportError.self, "\(name)") {
                    try ExportWriter(target, header: [], partRecords: 50, after: checkpoint)
                }
            }
            try kept.write(to: URL(fileURLWithPath: path))
        }
        _ = try ExportWriter(target, header: [], partRecords: 50, after: checkpoint)
    }

    @Test func `parts of a range are all of it once, in order, however many records they have`() throws {
        forAll(cases: 100) { random in
            let start = Timestamp(seconds: Int64(random.number(below: 100_000)), nanoseconds: 5)
            let end = start.advanced(
                bySeconds: Int64(random.number(below: 1_000_000)),
                nanoseconds: Int32(random.number(below: 1000)))
            let order = random.pick(SortOrder.allCases)
            let longest = Int64(random.pick([1000, 86_400, 31 * 86_400]))
            var slices = ExportSlices(
                from: start, before: end, order, longest: longest, window: random.number(in: 1...4))
            var running: [Int: TimeRange] = [:]
            var ranges: [TimeRange] = []
            while !slices.isEmpty, ranges.count < 1_000_000 {
                while let slice = slices.next() { running[slice.number] = slice.range }
                // Any of them may have many records, up to some instant in it.
                if random.once(in: 20), let (number, range) = running.randomElement(using: &random),
                    let first = range.start, let last = range.end
                {
                    let seconds = Int64(random.number(below: Int(last.seconds - first.seconds) + 1))
                    let place = first.advanced(bySeconds: seconds, nanoseconds: 1)
                    let behind = place.advanced(bySeconds: 0, nanoseconds: 1)
                    let begin = order == .ascending ? first : last
                    if behind < last,
                        slices.cut(number, from: begin, at: place, count: random.pick([1, 4000, 100_000]))
                    {
                        running[number] =
                            order == .ascending
                            ? TimeRange(start: first, end: place) : TimeRange(start: behind, end: last)
                    }
                }
                guard let number = slices.first, let range = running.removeValue(forKey: number) else {
                    continue
                }
                ranges.append(range)
                slices.end(count: random.pick([0, 10, 2000, 5000, 100_000]))
            }
            try require(slices.next() == nil && running.isEmpty, "\(running)")
            if order == .descending { ranges.reverse() }
            try require(
                ranges.first?.start == (start < end ? start : nil), "\(start) \(end) \(ranges.prefix(2))")
            try require(ranges.last?.end == (start < end ? end : nil), "\(start) \(end)")
            for (one, next) in zip(ranges, ranges.dropFirst()) {
                try require(one.end == next.start, "\(one) \(next)")
            }
            for range in ranges {
                guard let first = range.start, let last = range.end else { continue }
                try require(first < last && last <= first.advanced(bySeconds: longest), "\(range)")
            }
        }
    }

    @Test func `a file's name says its form, and wrong ones are told`() throws {
        let target = try ExportTarget("a/b.c/records.csv.zst")
        #expect(target.folder == "a/b.c" && target.form == .csv && target.compression == .zstd)
        #expect(target.name(part: 7, isDivided: true) == "records-00007.csv.zst")
        #expect(target.name(part: 1, isDivided: false) == "records.csv.zst")
        #expect(try ExportTarget("./x.jsonl").compression == .none)
        for path in ["x.csv", "/x.csv", "a/.csv", "a/x.json", "a/x.csv.xz", "a/", "", "a/x", "a/.ndjson.gz"] {
            #expect(throws: ValidationError.self, "\(path)") { try ExportTarget(path) }
        }
    }
}
