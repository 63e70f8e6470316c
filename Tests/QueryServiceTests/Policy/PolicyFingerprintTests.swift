import Testing

@testable import AuditRecords
@testable import QueryService
@testable import StoreConformance

@Suite struct PolicyFingerprintTests {
    @Test
    func `equal policies are equal however they are spelt, and different ones have different fingerprints`() {
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
    }
}
