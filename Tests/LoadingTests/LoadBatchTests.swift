import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import Loading
@testable import LogFormats
@testable import StoreConformance

/// What a batch knows of the order of its records.
@Suite struct LoadBatchTests {
    @Test func `the first instant of each system is that of its earliest record`() {
        forAll(cases: 200) { random in
            let vocabulary = Vocabulary(&random)
            let records = (0..<random.number(in: 1...16)).map { _ in vocabulary.record(&random) }
            let expected = Dictionary(
                records.map { ($0.key.systemId, $0.key.instant) }, uniquingKeysWith: min)
            try require(batch(records).firsts == expected, "\(expected)")
        }
    }

    @Test func `records are said to be in order only where they are, and no two have one key`() {
        forAll(cases: 500) { random in
            let vocabulary = Vocabulary(&random)
            var records = (0..<random.number(in: 1...16)).map { _ in vocabulary.record(&random) }
            if random.pick([true, true, false]) { records.sort { $0.key < $1.key } }
            let isSorted = zip(records, records.dropFirst()).allSatisfy { $0.key.instant <= $1.key.instant }
            let areDifferent = Set(records.map(\.key)).count == records.count
            try require(batch(records).isInOrder == (isSorted && areDifferent), "\(records.map(\.key))")
        }
    }

    @Test func `of many records of one instant nobody says that they are different`() {
        let records = (0..<40).map { TestRecord.make(Identifier("id-\($0)"), at: "2024-01-31T10:00:00Z") }
        #expect(batch(Array(records.prefix(16))).isInOrder)
        #expect(!batch(records).isInOrder)
    }

    private func batch(_ records: [AuditRecord]) -> LoadBatch {
        var batch = LoadBatch()
        for record in records {
            batch.append(
                LoadEntry(record: record, line: SourceLine(source: 0, number: 1), text: LineText(bytes: nil)))
        }
        return batch
    }
}
