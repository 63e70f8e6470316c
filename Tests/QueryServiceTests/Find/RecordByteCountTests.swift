import TestSupport
import Testing
@testable import QueryService
@testable import StoreConformance
@testable import AuditRecords

@Suite struct RecordByteCountTests {
    @Test func `a record counts for the bytes that it has in an answer`() {
        forAll(cases: 200) { random in
            var vocabulary = Vocabulary(&random)
            vocabulary.hasOtherSpellings = random.once(in: 2)
            for record in (0..<20).map({ _ in vocabulary.record(&random) }) {
                try check(record)
            }
        }
    }

    @Test(arguments: [1, 110, 111, 127, 128, 1000, 1024, 16_383, 16_384])
    func `lengths of ids count as they are packed`(_ length: Int) throws {
        let id = Identifier(Array(repeating: UInt8(ascii: "a"), count: length))
        for (system, audit) in [(id, "a"), ("a", id), (id, id)] as [(Identifier, Identifier)] {
            try check(TestRecord.make(audit, at: "2024-01-31T10:00:00Z", system: system))
        }
    }

    private func check(_ record: AuditRecord) throws {
        // A line's end stands there in place of a comma.
        let written = try AnswerWriter(policy: .unrestricted).record(record).count
        try require(record.byteCount == written, "\(record.byteCount) in place of \(written): \(record)")
    }
}
