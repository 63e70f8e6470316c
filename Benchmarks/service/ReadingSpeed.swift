import LogFormats
internal import AuditRecords
internal import Foundation

/// How fast one thread makes records of a log, without a store.
enum ReadingSpeed {
    private static let chunkByteCount = 256 << 10

    /// Reads a file again and again for some seconds, and prints what the best of its readings took of a processor.
    static func print(format: String, file: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        let kind = LogFormat.named(format).map { LogSource.Kind.format($0) } ?? .native
        var best = Double.infinity
        var records = 0
        let end = ContinuousClock.now + .seconds(4)
        repeat {
            let start = clock()
            records = count(bytes, kind)
            best = min(best, Double(clock() - start) / Double(CLOCKS_PER_SEC))
        } while ContinuousClock.now < end
        Swift.print(
            format, "\(Int(Double(bytes.count) / best / 1e6)) MB/s,",
            String(format: "%.2f", best * 1e6 / Double(max(1, records))), "µs a record,",
            "\(records) records of \(bytes.count / max(1, records)) bytes")
    }

    private static func count(_ bytes: [UInt8], _ kind: LogSource.Kind) -> Int {
        var (records, others) = (0, 0)
        var lines = LineReader()
        var source = LogSource(kind, FormatOptions())
        func take(_ item: LogSource.Item) {
            switch item {
            case .line(let line):
                for item in lines.items(of: line) {
                    if case .record = item { records += 1 } else { others += 1 }
                }
            case .reading(.record, _): records += 1
            case .reading, .unreadable: others += 1
            }
        }
        for start in stride(from: 0, to: bytes.count, by: chunkByteCount) {
            source.take(bytes[start..<min(start + chunkByteCount, bytes.count)]) { item throws(Never) in
                take(item)
            }
        }
        source.end { item throws(Never) in take(item) }
        var open = source.open
        open.end { _, _ throws(Never) in records += 1 }
        if others > 0 { Swift.print("\(others) are no records") }
        return records
    }
}
