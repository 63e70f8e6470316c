/// Reads systemd's journal in the export format: lines `NAME=text`; or a line `NAME`, the length of the value in eight bytes,
/// the lowest first, the value, and a line end. An empty line ends an entry.
struct JournalExportReader: SourceReader {
    private enum State {
        case line
        /// Within the eight bytes of a length.
        case length(name: [UInt8])
        /// Within a value, of which so many bytes are to come.
        case value(name: [UInt8], rest: UInt64)
        /// Before the line end behind a value.
        case lineEnd(name: [UInt8])
        case failed
    }

    private static let cutOff = "the file ends within a field"
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let times: TimeReader
    private let records: EventRecord
    private var state = State.line
    /// What was read of the line, the length or the value.
    private var partial: [UInt8] = []
    /// Bytes of it that were too many to be kept.
    private var lostByteCount = 0
    private var lostLineEnds = 0
    private var line = 1
    private var entry = JournalEntry(line: 1)

    init(_ options: FormatOptions) {
        times = options.times
        records = EventRecord(formatName: Journald().name, options: options)
    }

    mutating func take(_ bytes: ArraySlice<UInt8>) -> [Reading] {
        var readings: [Reading] = []
        var rest = bytes
        while !rest.isEmpty {
            switch state {
            case .line: readings += takeLine(&rest)
            case .length(let name): takeLength(&rest, name)
            case .value(let name, let count): takeValue(&rest, name, count)
            case .lineEnd(let name):
                guard rest.removeFirst() == UInt8(ascii: "\n") else {
                    readings.append(fail())
                    return readings
                }
                let lineEnds = partial.count { $0 == UInt8(ascii: "\n") } + lostLineEnds
                append(name, partial)
                line += 2 + lineEnds
                state = .line
            case .failed: return readings
            }
        }
        return readings
    }

    /// Nothing: what has ended was given.
    mutating func settle() -> [Reading] { [] }

    mutating func end() -> [Reading] {
        switch state {
        case .failed: return []
        case .line:
            let isCutOff = !partial.isEmpty || lostByteCount > 0
            return giveEntry() + (isCutOff ? [fail()] : [])
        case .length, .value, .lineEnd: return [fail()]
        }
    }

    private mutating func fail() -> Reading {
        state = .failed
        return .refused(Self.cutOff, line: line)
    }

    private mutating func takeLine(_ rest: inout ArraySlice<UInt8>) -> [Reading] {
        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        keep(rest[..<(end ?? rest.endIndex)])
        rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
        guard end != nil else { return [] }
        var text = partial
        if line == 1, text.starts(with: Self.byteOrderMark) { text.removeFirst(3) }
        guard !text.isEmpty || lostByteCount > 0 else {
            let readings = giveEntry()
            line += 1
            entry = JournalEntry(line: line)
            return readings
        }
        guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else {
            partial = []
            lostByteCount = 0
            state = .length(name: text)
            return []
        }
        append(Array(text[..<equals]), Array(text[(equals + 1)...]))
        line += 1
        return []
    }

    private mutating func takeLength(_ rest: inout ArraySlice<UInt8>, _ name: [UInt8]) {
        let bytes = rest.prefix(8 - partial.count)
        partial += bytes
        rest = rest[bytes.endIndex...]
        guard partial.count == 8 else { return }
        let count = partial.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        partial = []
        state = count == 0 ? .lineEnd(name: name) : .value(name: name, rest: count)
    }

    private mutating func takeValue(_ rest: inout ArraySlice<UInt8>, _ name: [UInt8], _ count: UInt64) {
        let bytes = rest.prefix(Int(min(count, UInt64(rest.count))))
        keep(bytes)
        rest = rest[bytes.endIndex...]
        let left = count - UInt64(bytes.count)
        state = left == 0 ? .lineEnd(name: name) : .value(name: name, rest: left)
    }

    /// Keeps bytes of a line or a value, as long as the entry is not too long.
    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        let kept = bytes.prefix(max(0, entry.room - partial.count))
        partial += kept
        let lost = bytes[kept.endIndex...]
        lostByteCount += lost.count
        lostLineEnds += lost.count { $0 == UInt8(ascii: "\n") }
    }

    private mutating func append(_ name: [UInt8], _ value: [UInt8]) {
        entry.append(name, value, byteCount: name.count + value.count + 1 + lostByteCount)
        partial = []
        (lostByteCount, lostLineEnds) = (0, 0)
    }

    private mutating func giveEntry() -> [Reading] {
        defer { entry = JournalEntry(line: line) }
        guard !entry.isEmpty else { return [] }
        guard !entry.isTooLong else { return [.refused(TextLines.tooLong, line: entry.line)] }
        guard let json = entry.json else { return [.refused("is not valid UTF-8", line: entry.line)] }
        do throws(EventFault) {
            let event = try Journald().event(text: json[...], times)
            return [.record(records.record(event), line: entry.line)]
        } catch {
            return [Reading(error, line: entry.line)]
        }
    }
}
