@testable import AuditQuery
import TestSupport
import Testing

@Suite struct RecordOrderTests {
    @Test
    func
        `Keys are in the order of instant, auditId's bytes and systemId's bytes, and so are their sort keys`()
    {
        forAll(cases: 40) { random in
            let vocabulary = Vocabulary(&random)
            let keys = (0..<60).map { _ in vocabulary.record(&random).key }
            for left in keys {
                for right in keys {
                    let expected = RecordModel.precedes(left, right)
                    try require((left < right) == expected, "\(left) < \(right)")
                    let stored =
                        left.sortKey == right.sortKey
                        ? left.systemId < right.systemId
                        : left.sortKey.lexicographicallyPrecedes(right.sortKey)
                    try require(stored == expected, "the store orders \(left) and \(right) otherwise")
                }
            }
        }
    }

    @Test func `An id is its bytes: two spellings of a character are two ids`() {
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
    func `A pattern matches by bytes`(_ system: String, _ pattern: String, _ matches: Bool) {
        #expect(SystemScope(patterns: [pattern]).contains(Identifier(system)) == matches)
    }

    @Test
    func `Equal policies are equal however they are spelt, and different ones have different fingerprints`() {
        let one = Policy(scope: SystemScope(patterns: ["a", "b*", "a"]), hiddenAttributes: ["x", "y"])
        let same = Policy(scope: SystemScope(patterns: ["b*", "a"]), hiddenAttributes: ["y", "x"])
        #expect(one == same)
        #expect(one.fingerprint == same.fingerprint)
        let others = [
            Policy(scope: SystemScope(patterns: ["a", "b"]), hiddenAttributes: ["x", "y"]),
            Policy(scope: SystemScope(patterns: ["a", "b*", "x"]), hiddenAttributes: ["y"]),
            Policy(scope: SystemScope(patterns: ["a", "b*"]), hiddenAttributes: ["xy"]),
            Policy(scope: SystemScope(patterns: ["ab*"]), hiddenAttributes: ["x", "y"]),
            Policy(scope: SystemScope(patterns: ["a*"])), Policy(scope: SystemScope(patterns: ["a"])),
            .unrestricted,
            Policy(scope: SystemScope(patterns: [])), Policy(scope: .all, hiddenAttributes: ["*"]), one,
        ]
        #expect(Set(others.map(\.fingerprint)).count == others.count)
        #expect(SystemScope(patterns: ["a", "*"]) == .all)
    }
}
