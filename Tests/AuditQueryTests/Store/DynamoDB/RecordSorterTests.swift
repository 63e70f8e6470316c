@testable import AuditQuery
import TestSupport
import Testing

@Suite struct RecordSorterTests {
    /// A second with more records than are held at once, in the order of the table's keys, which is not theirs.
    @Test(arguments: [1, 2, 10, 100])
    func `Of a second with more records than a page the first ones in order are kept`(_ limit: Int) {
        forAll(cases: 30) { random in
            let order = random.pick(SortOrder.allCases)
            let records = (0..<random.number(in: limit...4 * limit + 300)).map { index in
                TestRecord.make(
                    Identifier("id-\(index)"),
                    at: Timestamp(
                        seconds: 1_700_000_000, nanoseconds: Int32(random.number(below: 999_999_999))))
            }.shuffled(using: &random)
            let sorted = records.sorted { order.areInOrder($0.key, $1.key) }
            let after = random.once(in: 2) ? random.pick(sorted).key : nil
            var sorter = RecordSorter(order: order, after: after, limit: limit)
            for record in records { sorter.take(record) }
            sorter.end()
            let expected = sorted.filter { record in after.map { order.areInOrder($0, record.key) } ?? true }
            try require(
                sorter.ready.prefix(limit).elementsEqual(expected.prefix(limit)),
                "other records than the first \(limit) of \(expected.count) \(order)")
        }
    }
}
