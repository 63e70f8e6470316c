/// PostgreSQL's log, csvlog or stderr, which its first row tells.
struct PgAuditLog: TextEvents {
    private let times: TimeReader
    private var events: (any TextEvents)?
    private var rows = CSVRowReader()
    /// Lines of the first row.
    private var held: [TextLine] = []

    init(_ times: TimeReader) {
        self.times = times
    }

    mutating func take(_ line: TextLine) -> [TextEvent] {
        if events != nil { return events?.take(line) ?? [] }
        held.append(line)
        if let row = rows.take(line.bytes, number: line.number) { return begin(PgAuditTable.isRow(row)) }
        return rows.isTooLong ? begin(false) : []
    }

    mutating func end() -> [TextEvent] {
        let begun = events == nil ? begin(false) : []
        return begun + (events?.end() ?? [])
    }

    private mutating func begin(_ isTable: Bool) -> [TextEvent] {
        var reader: any TextEvents = isTable ? PgAuditTable(times) : PgAuditText(times)
        let events = held.flatMap { reader.take($0) }
        self.events = reader
        held = []
        return events
    }
}
