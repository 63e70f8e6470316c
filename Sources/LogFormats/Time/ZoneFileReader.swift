/// Reads a file of the IANA time zone database: TZif (RFC 8536). What is not of its form is refused, never guessed.
struct ZoneFileReader {
    private struct Header {
        let version: UInt8
        let isUniversalCount: Int
        let isStandardCount: Int
        let leapCount: Int
        let timeCount: Int
        let typeCount: Int
        let characterCount: Int

        /// The bytes of the block behind it.
        func byteCount(timeByteCount: Int) -> Int {
            timeCount * (timeByteCount + 1) + typeCount * 6 + characterCount
                + leapCount * (timeByteCount + 4) + isStandardCount + isUniversalCount
        }
    }

    private static let damaged = ZoneFault(description: "is damaged, or no TZif file")

    private var rest: ArraySlice<UInt8>

    init(_ file: [UInt8]) {
        rest = file[...]
    }

    mutating func read() throws(ZoneFault) -> (spans: [ZoneRules.Span], rule: ZoneRule?) {
        let first = try header()
        guard first.version >= UInt8(ascii: "2") else {
            throw ZoneFault(description: "is a TZif file of version 1, which ends in 2037")
        }
        _ = try bytes(first.byteCount(timeByteCount: 4))
        let header = try header()
        guard header.leapCount == 0 else {
            throw ZoneFault(
                description: "counts leap seconds, which no log does: take the file that does not")
        }
        let spans = try spans(header)
        _ = try bytes(header.isStandardCount + header.isUniversalCount)
        guard rest.first == UInt8(ascii: "\n"), let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "\n"))
        else { throw Self.damaged }
        let footer = rest[(rest.startIndex + 1)..<end]
        guard !footer.isEmpty else { return (spans, nil) }
        guard let rule = ZoneRule(footer) else { throw Self.damaged }
        return (spans, rule)
    }

    private mutating func header() throws(ZoneFault) -> Header {
        guard try bytes(4).elementsEqual("TZif".utf8), let version = try bytes(16).first else {
            throw Self.damaged
        }
        var counts: [Int] = []
        for _ in 0..<6 { counts.append(Int(try number(4))) }
        guard counts.allSatisfy({ (0..<1 << 20).contains($0) }), counts[4] > 0 else { throw Self.damaged }
        return Header(
            version: version, isUniversalCount: counts[0], isStandardCount: counts[1], leapCount: counts[2],
            timeCount: counts[3], typeCount: counts[4], characterCount: counts[5])
    }

    private mutating func spans(_ header: Header) throws(ZoneFault) -> [ZoneRules.Span] {
        var starts: [Int64] = []
        for _ in 0..<header.timeCount { starts.append(try number(8)) }
        let indexes = Array(try bytes(header.timeCount))
        var types: [(offset: Int64, name: Int)] = []
        for _ in 0..<header.typeCount {
            let offset = try number(4)
            let tail = Array(try bytes(2))
            guard offset.magnitude < ZoneRules.largestOffset.magnitude else { throw Self.damaged }
            types.append((offset, Int(tail[1])))
        }
        let characters = Array(try bytes(header.characterCount))
        var moments: [ZoneRules.Moment] = []
        for type in types {
            guard type.name < characters.count else { throw Self.damaged }
            let name = characters[type.name...].prefix { $0 != 0 }
            moments.append(ZoneRules.Moment(offset: type.offset, abbreviation: Array(name)))
        }
        var spans = [ZoneRules.Span(start: .min, moment: moments[0])]
        for (start, index) in zip(starts, indexes) {
            guard Int(index) < moments.count, spans.count == 1 || start > spans[spans.count - 1].start else {
                throw Self.damaged
            }
            spans.append(ZoneRules.Span(start: start, moment: moments[Int(index)]))
        }
        return spans
    }

    private mutating func bytes(_ count: Int) throws(ZoneFault) -> ArraySlice<UInt8> {
        let bytes = rest.prefix(count)
        guard bytes.count == count else { throw Self.damaged }
        rest = rest[bytes.endIndex...]
        return bytes
    }

    /// A signed number, its first byte the highest.
    private mutating func number(_ byteCount: Int) throws(ZoneFault) -> Int64 {
        let number = try bytes(byteCount).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return byteCount == 4 ? Int64(Int32(truncatingIfNeeded: number)) : Int64(bitPattern: number)
    }
}
