import TestSupport
import Testing

@testable import AuditRecords
@testable import SQLiteRecords
@testable import StoreConformance

@Suite struct SortKeyTests {
    @Test func `sort keys are in the order of keys`() {
        forAll(cases: 40) { random in
            let vocabulary = Vocabulary(&random)
            let keys = (0..<60).map { _ in vocabulary.record(&random).key }
            for left in keys {
                for right in keys {
                    let stored =
                        left.sortKey == right.sortKey
                        ? left.systemId < right.systemId
                        : left.sortKey.lexicographicallyPrecedes(right.sortKey)
                    try require(stored == (left < right), "the store orders \(left) and \(right) otherwise")
                }
            }
        }
    }
}
