import Testing

@testable import audit_query

@Suite struct FaultTallyTests {
    @Test func `five of a kind are told, and the others counted`() {
        var tally = FaultTally()
        let told = (1...9).map { tally.isTold(["is not a JSON object: a digit was expected, at byte \($0)"]) }
        #expect(told == Array(repeating: true, count: 5) + Array(repeating: false, count: 4))
        #expect(tally.summary == ["4 more lines: is not a JSON object: a digit was expected, at byte …"])
    }

    @Test func `a line with a fault that has not been told is told, and counts for its others`() {
        var tally = FaultTally()
        let told = (Array(repeating: ["a", "b"], count: 5) + [["a"], ["a", "c"], ["b", "a"]]).map {
            tally.isTold($0)
        }
        #expect(told == [true, true, true, true, true, false, true, false])
        #expect(tally.summary == ["2 more lines: a", "1 more line: b"])
    }

    @Test func `kinds are bounded, and lines of the others are still counted`() {
        var tally = FaultTally()
        let kinds = (0..<1000).map { String(repeating: "x", count: $0 + 1) }
        let told = kinds.count { tally.isTold([$0]) }
        #expect(told == 200 + FaultTally.toldLines)
        #expect(tally.summary == ["795 more lines: other faults"])
    }
}
