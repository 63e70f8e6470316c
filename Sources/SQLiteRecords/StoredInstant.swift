internal import AuditRecords

/// An instant as two integers, so that most take six bytes.
struct StoredInstant: Comparable {
    /// Since 1970, rounded down.
    let milliseconds: Int64
    /// Nanoseconds after them, 0 to 999,999.
    let nanoseconds: Int64

    init(milliseconds: Int64, nanoseconds: Int64) {
        self.milliseconds = milliseconds
        self.nanoseconds = nanoseconds
    }

    init(_ instant: Timestamp) {
        milliseconds = instant.seconds * 1000 + Int64(instant.nanoseconds / 1_000_000)
        nanoseconds = Int64(instant.nanoseconds % 1_000_000)
    }

    /// The instant; nil of what no instant is stored as.
    var timestamp: Timestamp? {
        guard (0..<1_000_000).contains(nanoseconds), Self.range.contains(milliseconds) else { return nil }
        let rest = ((milliseconds % 1000) + 1000) % 1000
        return Timestamp(
            seconds: (milliseconds - rest) / 1000, nanoseconds: Int32(rest * 1_000_000 + nanoseconds))
    }

    /// After all that an instant is stored as.
    static let endOfTime = StoredInstant(milliseconds: .max, nanoseconds: 0)

    /// The order of time.
    static func < (left: StoredInstant, right: StoredInstant) -> Bool {
        (left.milliseconds, left.nanoseconds) < (right.milliseconds, right.nanoseconds)
    }

    private static let range = Timestamp.startOfTime.seconds * 1000..<Timestamp.endOfTime.seconds * 1000
}
