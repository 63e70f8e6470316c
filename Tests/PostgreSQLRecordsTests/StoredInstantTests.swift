import TestSupport
import Testing
@testable import AuditRecords
@testable import PostgreSQLRecords

@Suite struct StoredInstantTests {
    @Test func `every instant comes back to the nanosecond, and in its order`() {
        forAll(cases: 2000) { random in
            func instant() -> Timestamp {
                let span = Timestamp.endOfTime.seconds - Timestamp.startOfTime.seconds
                let seconds = random.pick([
                    Timestamp.startOfTime.seconds, Timestamp.endOfTime.seconds - 1, -1, 0, 946_684_799,
                    946_684_800, Timestamp.startOfTime.seconds + Int64(random.number(below: Int(span))),
                ])
                return Timestamp(
                    seconds: seconds,
                    nanoseconds: random.pick([
                        0, 1, 999, 1000, 999_999_999, Int32(random.number(below: 1_000_000_000)),
                    ]))
            }
            let (left, right) = (instant(), instant())
            let (storedLeft, storedRight) = (StoredInstant(left), StoredInstant(right))
            try require(storedLeft.timestamp == left, "\(left) comes back as \(storedLeft.timestamp as Any)")
            let isBefore =
                (storedLeft.microseconds, storedLeft.nanoseconds)
                < (storedRight.microseconds, storedRight.nanoseconds)
            try require(isBefore == (left < right), "\(left) and \(right) are in another order")
        }
    }

    @Test func `what is no record's instant is none`() {
        #expect(StoredInstant.earliest.timestamp == nil)
        #expect(StoredInstant.latest.timestamp == nil)
        #expect(StoredInstant(microseconds: 0, nanoseconds: 1000).timestamp == nil)
        #expect(StoredInstant(microseconds: 0, nanoseconds: -1).timestamp == nil)
        let end = StoredInstant(Timestamp.endOfTime.advanced(bySeconds: -1)).microseconds + 1_000_000
        #expect(StoredInstant(microseconds: end, nanoseconds: 0).timestamp == nil)
    }
}
