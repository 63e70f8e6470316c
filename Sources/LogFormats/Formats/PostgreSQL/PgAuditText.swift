/// PostgreSQL's log as text, stderr: a line that begins with a tab goes on with the one before.
struct PgAuditText: TextEvents {
    private struct Entry {
        let line: Int
        var lines: [[UInt8]] = []
        var byteCount = 0
        var isTooLong: Bool { byteCount > LineSplitter.maximumLineByteCount }
    }

    private let times: TimeReader
    /// What may go on.
    private var entry: Entry?

    init(_ times: TimeReader) {
        self.times = times
    }

    mutating func take(_ line: TextLine) -> [TextEvent] {
        let text = Array(line.bytes[...].withoutReturns)
        guard !text.isEmpty else { return [] }
        var events: [TextEvent] = []
        if entry == nil || text.first != UInt8(ascii: "\t") {
            events = end()
            entry = Entry(line: line.number)
        }
        entry?.byteCount += text.count + 1
        if entry?.isTooLong == true { entry?.lines = [] } else { entry?.lines.append(text) }
        return events
    }

    mutating func end() -> [TextEvent] {
        guard let entry else { return [] }
        self.entry = nil
        guard !entry.isTooLong else { return [TextEvent(line: entry.line, refused: TextLines.tooLong)] }
        return [
            TextEvent(line: entry.line, text: Array(entry.lines.joined(separator: [0x0A]))) {
                () throws(EventFault) in try event(entry.lines)
            }
        ]
    }

    private func event(_ lines: [[UInt8]]) throws(EventFault) -> Event {
        var cursor = TextCursor(lines[0][...])
        guard cursor.postgresTime() != nil else { throw .refused(PgAuditMessage.noTime) }
        let prefix = PgLinePrefix(cursor.rest)
        var text = prefix.message.map(Array.init) ?? []
        for line in lines.dropFirst() { text += [UInt8(ascii: "\n")] + line.dropFirst() }
        let message = PgAuditMessage(
            time: lines[0], user: prefix.user, database: prefix.database, host: prefix.host,
            text: prefix.message == nil ? [] : text[...], details: .lines(lines))
        return try message.event(times)
    }
}
