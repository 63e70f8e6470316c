internal import AuditRecords

/// Joins the lines of the Linux audit log to events: all lines of a node, a time and a serial are one, wherever they stand.
///
/// So that they may stand anywhere, events are held until there is no more room, or the text ends. What is held is bounded,
/// so a line that comes too late is refused: its event is stored already, and must not be replaced by a part of it.
struct AuditEvents: JoiningTextEvents {
    private struct Key: Hashable {
        let node: ArraySlice<UInt8>?
        let stamp: ArraySlice<UInt8>

        /// Hashes the bytes at once: a slice hashes one after the other.
        func hash(into hasher: inout Hasher) {
            hasher.combine(node?.count)
            node?.withUnsafeBytes { hasher.combine(bytes: $0) }
            stamp.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    private struct Held {
        let key: Key
        /// The first of its lines, and the last so far.
        let line: Int
        var lastLine: Int
        let instant: Timestamp?
        var messages: [AuditMessage] = []
        var byteCount = 0
        var hasEnded = false
        var isTooLong: Bool { byteCount > LineSplitter.maximumLineByteCount }
    }

    /// The most bytes that are held: twice what auditd writes to a file before it begins another (max_log_file).
    private static let room = 16 << 20
    /// What a line takes besides its bytes.
    private static let lineOverhead = 192
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
        let hasReturn = line.bytes.last == UInt8(ascii: "\r")
        let text = hasReturn ? Array(line.bytes[...].withoutReturns) : line.bytes
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
        held[place].lastLine = line.number
        let byteCount = text.count + Self.lineOverhead
        held[place].byteCount += byteCount
        heldByteCount += byteCount
        if held[place].isTooLong {
            held[place].messages = []
        } else {
            held[place].messages.append(message)
        }
        if message.type.spells("EOE") { held[place].hasEnded = true }
        return heldByteCount > roomByteCount ? makeRoom() : []
    }

    mutating func settle() -> [TextEvent] { give { hasEnded, _ in hasEnded } }

    mutating func end() -> [TextEvent] { give { _, _ in true } }

    mutating func breakOff(from line: Int) -> [TextEvent] {
        let ended = settle()
        let kept = held.filter { $0.lastLine < line }
        heldByteCount = kept.reduce(0) { $0 + $1.byteCount }
        keep(kept)
        return ended
    }

    /// The place of a new event; nil where it was given already.
    private mutating func newPlace(_ key: Key, _ line: Int) -> Int? {
        guard !given.contains(key.hashValue) else { return nil }
        held.append(
            Held(key: key, line: line, lastLine: line, instant: AuditStamp(key.stamp)?.instant))
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
        var newest: [ArraySlice<UInt8>?: Timestamp] = [:]
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
        keep(kept)
        return events
    }

    private mutating func keep(_ kept: [Held]) {
        held = kept
        places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($0.element.key, $0.offset) })
    }

    private static func event(_ held: Held) -> TextEvent {
        guard !held.isTooLong else {
            return TextEvent(
                line: held.line, refused: "the event \(held.key.stamp.text) \(TextLines.tooLong)")
        }
        let messages = held.messages
        return TextEvent(line: held.line, text: Array(messages.map(\.line).joined(separator: [0x0A]))) {
            () throws(EventFault) in try AuditEvent(messages).event()
        }
    }
}

/// Remembers the last ones of many hashes: more than a hundred thousand.
private struct RecentHashes {
    private static let count = 1 << 17

    private var newer: Set<Int> = []
    private var older: Set<Int> = []

    func contains(_ number: Int) -> Bool { newer.contains(number) || older.contains(number) }

    mutating func insert(_ number: Int) {
        if newer.count >= Self.count { (older, newer) = (newer, []) }
        newer.insert(number)
    }
}
