import TestSupport
import Testing
@testable import AuditRecords

/// What clients send for searches, changed at random. scripts/fuzz does the same for longer.
@Suite struct SearchFuzzTests {
    @Test func `whatever is sent for a search is read or refused, and its normal form is its own`() throws {
        let seeds = ["DeleteBucket alice@example.com", "straße STRAẞE", "日本語 😀😀😀", "\u{212A}elvin  mast"]
        let mutator = Mutator(
            seeds.map { Array($0.utf8) },
            tokens: [" ", "   ", "\t", "a", "K", "\u{17F}", "İ", "é", "\u{0}", "word"])
        fuzz(mutator, cases: 5000) { input in
            let search: RecordSearch
            do throws(SearchError) {
                search = try RecordSearch(input)
            } catch {
                return try require(!error.description.isEmpty, "no reason")
            }
            // No folded character takes more than twice its bytes.
            try require(
                RecordSearch(search.text) == search && search.text.count <= 2 * input.count, "\(search)")
        }
    }
}
