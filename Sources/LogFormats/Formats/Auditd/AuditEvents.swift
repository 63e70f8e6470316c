internal import AuditRecords

/// Joins the lines of the Linux audit log to events: all lines of a node, a time and a serial are one, wherever they stand.
///
/// So that they may stand anywhere, events are held until there is no more room, or the text ends. What is held is bounded,
/// so a line that comes too late is refused: its event is stored already, and must not be replaced by a part of it.
struct AuditEvents: TextEvents {
    private struct Key: Hashable {
        let node: [UInt8]?
        let stamp: [UInt8]
    }

    private struct Held {
        let key: Key
        let line: Int
        let instant: Timestamp?
        var lines: [[UInt8]] = []
        var byteCount = 0
        var hasEnded = false
        var isTooLong: Bool { byteCount > LineSplitter.maximumLineByteCount }
    }

    /// The most bytes that are held: twice what auditd writes to a file before it begins another (max_log_file).
    private static let room = 16 << 20
    /// What a line takes besides its bytes.
    private static let lineOverhead = 64
    /// An event has ended when one so much younger was read (auditd.conf(5), end_of_event_timeout), in seconds.
    private static let timeout: Int64 = 2

    private let roomByteCount: Int
    private var held: [Held] = []
    private var places: [Key: Int] = [:]
    private var heldByteCount = 0
    private var given = RecentHashes()

    /// Events of which so many bytes are held at most.
    init(room: Int = room) {
        roomByteCount = room
    }

    mutating func take(_ line: TextLine) -> [TextEvent] {
        let text = Array(line.bytes[...].withoutReturns)
        guard !text[...].trimmed.isEmpty, !text.elementsEqual("----".utf8) else { return [] }
        guard let message = AuditMessage(text) else {
            return [
                TextEvent(
                    line: line.number, text: line.bytes,
                    refused: "is no audit message: it has no type= and msg=audit(")
            ]
        }
        let key = Key(node: message.node, stamp: message.stamp)
        guard let place = places[key] ?? newPlace(key, line.number) else {
            return [
                TextEvent(
                    line: line.number, text: line.bytes,
                    refused: "comes too late: the event \(message.stamp.text) that it is of ended before")
            ]
        }
        let byteCount = text.count + Self.lineOverhead
        held[place].byteCount += byteCount
        heldByteCount += byteCount
        if held[place].isTooLong { held[place].lines = [] } else { held[place].lines.append(text) }
        if message.type.elementsEqual("EOE".utf8) { held[place].hasEnded = true }
        return heldByteCount > roomByteCount ? makeRoom() : []
    }

    mutating func settle() -> [TextEvent] { give { hasEnded, _ in hasEnded } }

    mutating func end() -> [TextEvent] { give { _, _ in true } }

    /// The place of a new event; nil where it was given already.
    private mutating func newPlace(_ key: Key, _ line: Int) -> Int? {
        guard !given.contains(key.hashValue) else { return nil }
        held.append(Held(key: key, line: line, instant: AuditStamp(key.stamp)?.instant))
        places[key] = held.count - 1
        return held.count - 1
    }

    /// Gives the oldest events that have ended, and if that is not enough, others too, until there is room for some time.
    private mutating func makeRoom() -> [TextEvent] {
        let goal = roomByteCount / 2
        let ended = give { hasEnded, byteCount in hasEnded && byteCount > goal }
        return ended + (heldByteCount > goal ? give { _, byteCount in byteCount > goal } : [])
    }

    /// Gives events in order: those that are due, by whether they have ended, and how many bytes are held still.
    private mutating func give(_ isDue: (Bool, Int) -> Bool) -> [TextEvent] {
        var newest: [[UInt8]?: Timestamp] = [:]
        for event in held {
            guard let instant = event.instant else { continue }
            newest[event.key.node] = max(instant, newest[event.key.node] ?? instant)
        }
        var (events, kept): ([TextEvent], [Held]) = ([], [])
        for event in held {
            let isOld = event.instant.map { instant in
                newest[event.key.node].map { $0 >= instant.advanced(bySeconds: Self.timeout) } ?? false
            }
            guard isDue(event.hasEnded || isOld ?? true, heldByteCount) else {
                kept.append(event)
                continue
            }
            heldByteCount -= event.byteCount
            given.insert(event.key.hashValue)
            events.append(Self.event(event))
        }
        held = kept
        places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($0.element.key, $0.offset) })
        return events
    }

    private static func event(_ held: Held) -> TextEvent {
        guard !held.isTooLong else {
            return TextEvent(
                line: held.line, refused: "the event \(held.key.stamp.text) \(TextLines.tooLong)")
        }
        return TextEvent(line: held.line, text: Array(held.lines.joined(separator: [0x0A]))) {
            () throws(EventFault) in try AuditEvent(held.lines).event()
        }
    }
}

/// Remembers the last ones of many hashes: more than a hundred thousand.
private struct RecentHashes {
    private static let count = 1 << 17

    private var newer: Set<Int> = []
    private var older: Set<Int> = []

    func contains(_ hash: Int) -> Bool { newer.contains(hash) || older.contains(hash) }

    mutating func insert(_ hash: Int) {
        if newer.count >= Self.count { (older, newer) = (newer, []) }
        newer.insert(hash)
    }
}
