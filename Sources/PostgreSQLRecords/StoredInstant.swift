internal import AuditRecords
internal import PostgreSQL

/// An instant as the table has it: a timestamptz, which is exact to the microsecond, and the nanoseconds after that.
struct StoredInstant: Equatable {
    /// Microseconds since 2000.
    let microseconds: Int64
    /// 0 to 999.
    let nanoseconds: Int16

    /// Before every instant: the server's -infinity.
    static let earliest = StoredInstant(microseconds: .min, nanoseconds: 0)
    /// After every instant: the server's infinity.
    static let latest = StoredInstant(microseconds: .max, nanoseconds: 0)

    init(microseconds: Int64, nanoseconds: Int16) {
        (self.microseconds, self.nanoseconds) = (microseconds, nanoseconds)
    }

    init(_ instant: Timestamp) {
        microseconds =
            (instant.seconds - Parameter.epoch) * 1_000_000 + Int64(instant.nanoseconds / 1000)
        nanoseconds = Int16(instant.nanoseconds % 1000)
    }

    /// Nil for what no record's instant can be.
    var timestamp: Timestamp? {
        guard (0...999).contains(nanoseconds) else { return nil }
        // Rounded down, before 2000 too.
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let (seconds, micro) = remainder < 0 ? (quotient - 1, remainder + 1_000_000) : (quotient, remainder)
        let instant = Timestamp(
            seconds: seconds + Parameter.epoch, nanoseconds: Int32(micro) * 1000 + Int32(nanoseconds))
        return Timestamp.startOfTime <= instant && instant < Timestamp.endOfTime ? instant : nil
    }
}
