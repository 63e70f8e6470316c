package import AuditRecords

/// How far the sealer has come with what it does in turns, kept beside the log: two lines, for nobody but itself and who watches it.
package struct SealTurn: Hashable, Sendable {
    /// When its last run ended.
    package let ended: Timestamp
    /// The index of the seal whose day is read again next.
    package let next: Int

    /// A state of its parts.
    package init(ended: Timestamp, next: Int) {
        (self.ended, self.next) = (ended, next)
    }

    /// As it is kept.
    package var text: [UInt8] { Array("ended ".utf8) + ended.text + Array("\nnext \(next)\n".utf8) }

    /// Reads what was kept; nil where it is none.
    package init?(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        guard lines.count == 2, lines[0].hasPrefix("ended "), lines[1].hasPrefix("next "),
            let ended = try? Timestamp.parse(Array(lines[0].utf8.dropFirst(6))).instant,
            let next = Int(lines[1].dropFirst(5)), next >= 0
        else { return nil }
        self.init(ended: ended, next: next)
    }
}

/// What people and alarms are told of a log of seals.
package struct SealSummary: Hashable, Sendable {
    /// How many seals it has.
    package let count: Int
    /// The last day that is sealed; nil where none is.
    package let lastDay: Day?
    /// When the last run of the sealer ended; nil where that is not told.
    package let ended: Timestamp?
    /// Days that were sealed anew in the last 7 days since records of them had vanished or changed.
    package let faults: Int
}
