import TestSupport
import Testing
@testable import AuditRecords

/// How searches are read, refused and written.
@Suite struct SearchTextTests {
    private func search(_ text: String) throws(SearchError) -> RecordSearch {
        try RecordSearch(Array(text.utf8))
    }

    @Test(arguments: [
        ("word", "word"), ("  b-word   A-word ", "a-word b-word"), ("Word WORD word", "word"),
        ("bucket DeleteBucket elet", "deletebucket"), ("ẞßß", "ßßß"), ("\u{212A}ey", "key"),
        ("日本語", "日本語"), ("abc bcd abcd", "abcd"), ("a\u{A0}b", "a\u{A0}b"),
    ])
    func `the normal form has each word once, folded and sorted, and none that is part of another`(
        _ text: String, _ normal: String
    ) throws {
        let search = try search(text)
        #expect(search.text == Array(normal.utf8))
        #expect(try RecordSearch(search.text) == search)
    }

    @Test(arguments: [
        ("   ", "has no word, only spaces"),
        ("one two ab", "has a word of 2 characters (ab); each must have 3 to 128"),
        ("é", "has a word of 1 character (é); each must have 3 to 128"),
        ("a b c d e f g h i", "has 9 words; at most 8 are allowed"),
        ("tab\there", "has the control character U+0009; words are separated by spaces"),
        ("next\u{85}line", "has the control character U+0085; words are separated by spaces"),
    ])
    func `what is wrong with a search is told`(_ text: String, _ fault: String) {
        #expect(throws: SearchError(fault)) { try search(text) }
    }

    @Test func `the longest words are read, longer ones are not`() throws {
        let word = String(repeating: "𐐀", count: 128)
        let words = (0..<8).map { "\($0)\(word.dropFirst())" }.joined(separator: " ")
        #expect(try search(words).text == Array(words.replacing("𐐀", with: "𐐨").utf8))
        let fault = #expect(throws: SearchError.self) { try search(word + "𐐀") }
        #expect(fault?.description.hasPrefix("has a word of 129 characters (𐐀𐐀") == true)
        #expect(fault.map { $0.description.count < 100 } == true)
    }
}
