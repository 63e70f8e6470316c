import TestSupport
import Testing
@testable import AuditRecords
@testable import StoreConformance

@Suite struct RecordOrderTests {
    @Test func `keys are in the order of instant, auditId's bytes and systemId's bytes`() {
        forAll(cases: 40) { random in
            let vocabulary = Vocabulary(&random)
            let keys = (0..<60).map { _ in vocabulary.record(&random).key }
            for left in keys {
                for right in keys {
                    try require((left < right) == RecordModel.precedes(left, right), "\(left) < \(right)")
                }
            }
        }
    }

    @Test func `an id is its bytes: two spellings of a character are two ids`() {
        #expect(Identifier("é") != Identifier("e\u{301}"))
        #expect(Set([Identifier("é"), Identifier("e\u{301}")]).count == 2)
        #expect(Identifier("Z") < Identifier("a"))
        #expect(Identifier("a") < Identifier("a#"))
        #expect(Identifier("\u{FFFD}") < Identifier("\u{10000}"))
    }

    @Test(arguments: [
        ("billing", "billing", true), ("billing", "billing*", true), ("billin", "billing*", false),
        ("billing2", "billing", false), ("é", "e*", false), ("e\u{301}", "e*", true), ("a*", "a*", true),
        ("", "*", true),
    ])
    func `a pattern matches by bytes`(_ system: String, _ pattern: String, _ matches: Bool) {
        #expect(SystemScope(patterns: [pattern]).contains(Identifier(system)) == matches)
    }

    @Test func `a scope with the pattern of all systems is that of all`() {
        #expect(SystemScope(patterns: ["a", "*"]) == .all)
    }
}
