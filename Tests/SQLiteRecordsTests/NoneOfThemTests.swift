import DemoData
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// A load asks once whether a batch is later than all that is there, and looks no further where it is.
@Suite struct NoneOfThemTests {
    private static let time = "2024-02-29T12:00:00Z"

    @Test func `what is later than all of its system is not there, and nothing else is said to be`() throws {
        let folder = try TemporaryFolder()
        let store = SQLiteStore(writing: folder.file("audit.db"))
        let uuid: Identifier = "01234567-89ab-4def-8123-456789abcdef"
        #expect(try store.hasNone(since: firsts([TestRecord.make("a", at: Self.time)])))
        try store.put([
            TestRecord.make("a", at: Self.time), TestRecord.make(uuid, at: "2024-03-01T12:00:00Z"),
        ])
        let later = TestRecord.make("b", at: "2024-03-01T12:00:00.000000001Z")
        #expect(try store.hasNone(since: firsts([later, TestRecord.make(uuid, at: "2024-03-02T12:00:00Z")])))
        for there in [TestRecord.make("a", at: Self.time), TestRecord.make(uuid, at: "2024-03-01T12:00:00Z")]
        {
            #expect(try !store.hasNone(since: firsts([later, there])))
        }
    }

    @Test func `of what is there it is never said that it is not`() {
        forAll(cases: 20) { random in
            let vocabulary = Vocabulary(&random)
            let folder = try TemporaryFolder()
            let store = SQLiteStore(writing: folder.file("audit.db"))
            try store.put((0..<random.number(in: 1...5)).map { _ in vocabulary.record(&random) })
            for _ in 0..<20 {
                let asked = (0..<random.number(in: 1...2)).map { _ in vocabulary.record(&random) }
                let found = try store.fetch(asked.map(\.key), budget: .ample).records.compactMap { $0 }
                try require(try found.isEmpty || !store.hasNone(since: firsts(asked)), "\(found) are there")
            }
        }
    }

    private func firsts(_ records: [AuditRecord]) -> [Identifier: Timestamp] {
        Dictionary(records.map { ($0.key.systemId, $0.key.instant) }, uniquingKeysWith: min)
    }
}
