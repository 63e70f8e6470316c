internal import AuditRecords
internal import JSONBytes

/// JSON objects that are read as a mapping says.
struct MappedEvents: JSONFormat {
    let mapping: EventMapping
    var name: String { mapping.name }

    /// It is used where it is given, and never found out.
    func hasMarks(_ object: JSONValue) -> Bool { false }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        for rule in mapping.skipped {
            if let text = rule.path.words(in: event), rule.texts.contain(text) {
                throw .skipped("\(rule.path.text) is \(text.text)")
            }
        }
        return Event(
            auditId: first(mapping.id, event), timestamp: try time(event, mapping.times ?? times),
            systemId: first(mapping.system, event), userId: first(mapping.user, event),
            resourceId: first(mapping.resource, event), action: first(mapping.action, event),
            outcome: outcome(event), sourceIp: first(mapping.address, event), details: .json(event.bytes))
    }

    private func first(_ paths: [MemberPath], _ event: JSONValue) -> [UInt8]? {
        paths.lazy.compactMap { $0.words(in: event) }.first
    }

    private func outcome(_ event: JSONValue) -> Outcome {
        let found = mapping.outcomes.first { _, rule in
            rule.path.words(in: event).map(rule.texts.contain) ?? false
        }
        return found?.0 ?? .unknown
    }

    private func time(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Timestamp {
        let name = mapping.time.text
        guard let text = mapping.time.words(in: event) else { throw .refused("\(name) is missing") }
        switch mapping.timeForm {
        case .rfc3339: return try times.time(text, name)
        case .milliseconds: return try TimeReader.instant(milliseconds: text, name)
        case .microseconds:
            return try TimeReader.instant(
                microseconds: text, orFail: "\(name) is no whole number of microseconds")
        case .seconds:
            let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            let isNumber =
                (1...2).contains(parts.count) && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isDigit) }
            guard isNumber, parts[0].count <= 12 else {
                throw .refused("\(name) is no number of seconds: '\(text.prefix(64).text)'")
            }
            // As microseconds: digits behind the sixth are cut off.
            let fraction = parts.dropFirst().first.map { Array($0.prefix(6)) } ?? []
            let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: 6 - fraction.count)
            return try TimeReader.instant(
                microseconds: Array(parts[0]) + fraction + zeros, orFail: "\(name) is no number of seconds")
        }
    }
}

extension EventMapping {
    /// A reader at the beginning of a source.
    func reader(_ options: FormatOptions) -> any SourceReader {
        switch shape {
        case .json: JSONReader(MappedEvents(mapping: self), options)
        case .csv:
            TextReader(
                MappedTable(self, options.times), EventRecord(formatName: name, options: options))
        }
    }
}

/// Rows of a table that are read as a mapping says: each as an object of its columns.
struct MappedTable: TextEvents {
    private let events: MappedEvents
    private let times: TimeReader
    private var rows = CSVRowReader()
    private var columns: [[UInt8]]?

    init(_ mapping: EventMapping, _ times: TimeReader) {
        events = MappedEvents(mapping: mapping)
        self.times = times
        columns = mapping.columns?.map { Array($0.utf8) }
    }

    mutating func take(_ line: TextLine) -> [TextEvent] {
        rows.take(line.bytes, number: line.number).map { take($0) } ?? []
    }

    /// Without its header no row says anything.
    var openLine: Int? { events.mapping.columns == nil ? 1 : rows.openLine }

    var unfollowable: String? {
        guard events.mapping.columns == nil else { return nil }
        return "a table's first row has the names of its columns: name them in the mapping's columns instead"
    }

    /// None: half a row is none.
    func settleHeld() -> [TextEvent] { [] }

    mutating func end() -> [TextEvent] { rows.end().map { take($0) } ?? [] }

    private mutating func take(_ row: CSVRow) -> [TextEvent] {
        guard let cells = row.cells else {
            let reason = if case .tooLong = row.content { TextLines.tooLong } else { "the row ends early" }
            return [TextEvent(line: row.line, refused: reason)]
        }
        guard let columns else {
            self.columns = cells.map(\.value)
            return []
        }
        guard cells.count == columns.count else {
            let reason = "has \(cells.count) columns, and the table has \(columns.count)"
            return [TextEvent(line: row.line, refused: reason)]
        }
        let object = Self.object(columns, cells)
        return [
            TextEvent(line: row.line) { () throws(EventFault) in try events.event(text: object[...], times) }
        ]
    }

    private static func object(_ columns: [[UInt8]], _ cells: [CSVRow.Cell]) -> [UInt8] {
        var json: [UInt8] = [UInt8(ascii: "{")]
        for (name, cell) in zip(columns, cells) {
            if json.count > 1 { json.append(UInt8(ascii: ",")) }
            json.append(jsonString: name)
            json.append(UInt8(ascii: ":"))
            json.append(jsonString: cell.value)
        }
        json.append(UInt8(ascii: "}"))
        return json
    }
}
