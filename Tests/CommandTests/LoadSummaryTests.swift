import Loading
import Testing

@testable import audit_query

@Suite struct LoadSummaryTests {
    private func warnings(refused: Int, kept: Int, rejects: String?) -> [String] {
        var counts = LoadCounts()
        counts.refused = refused
        return LoadSummary(counts: counts, keptCount: kept, rejects: rejects).warnings
    }

    @Test func `how many of the refused are kept is said exactly`() {
        #expect(warnings(refused: 1, kept: 1, rejects: "f") == ["1 line was left out; it is in f"])
        #expect(warnings(refused: 3, kept: 3, rejects: "f") == ["3 lines were left out; they are in f"])
        #expect(warnings(refused: 3, kept: 2, rejects: "f") == ["3 lines were left out; 2 of them are in f"])
        #expect(warnings(refused: 3, kept: 0, rejects: nil) == ["3 lines were left out"])
        #expect(warnings(refused: 0, kept: 0, rejects: "f") == [])
    }
}
