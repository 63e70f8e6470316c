import TestSupport
import Testing
@testable import DynamoDBRecords
@testable import AuditRecords
@testable import StoreConformance

@Suite struct RecordSorterTests {
    @Test
    func `of a second no more is held than a page can show and an answer brings, and it is the right part`() {
        forAll(cases: 60) { random in
            let order = random.pick(SortOrder.allCases)
            let second = TestRecord.instant("2024-02-29T12:00:00Z")
            let largest = random.pick([10, 2000, 400_000])
            let records = (0..<random.number(in: 1...200)).map { index in
                TestRecord.make(
                    Identifier("r\(index)"),
                    at: second.advanced(
                        bySeconds: 0, nanoseconds: Int32(random.number(below: 1_000_000_000))),
                    attributes: "\"\(String(repeating: "x", count: random.number(below: largest)))\"")
            }
            let byteLimit = random.number(in: 1...(20 * largest))
            let limit = random.pick([1, 10, 1000])
            var sorter = RecordSorter(order: order, after: nil, limit: limit, byteLimit: byteLimit)
            for record in records {
                sorter.take(record)
                guard random.once(in: 5) else { continue }
                // An answer ends.
                sorter.cut()
                let most = byteLimit + largest + 400
                try require(sorter.heldBytes <= most, "\(sorter.heldBytes) are held, not \(most)")
            }
            sorter.end()
            // As much as fits, and one more that shows that there is more.
            var bytes = 0
            let sorted = records.sorted { order.areInOrder($0.key, $1.key) }.prefix(limit)
            let fitting = sorted.prefix { record in
                bytes += record.byteCount
                return bytes <= byteLimit
            }
            let wanted = sorted.prefix(fitting.count + 1)
            try require(
                Array(sorter.ready.prefix(wanted.count)) == Array(wanted),
                "\(sorter.ready.count) of \(records.count), \(wanted.count) wanted")
        }
    }

    /// A second with more records than are held at once, in the order of the table's keys, which is not theirs.
    @Test(arguments: [1, 2, 10, 100])
    func `of a second with more records than a page the first ones in order are kept`(_ limit: Int) {
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
