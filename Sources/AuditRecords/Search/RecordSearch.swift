package import JSONBytes

/// Words, each of which must stand somewhere in a record's visible strings, whatever the case of letters: in its ids, or in a
/// string of its attributes at any depth. Not in the names of members, in numbers or in the timestamp.
///
/// Two searches are equal if their normal forms are, and then they let the same records through.
package struct RecordSearch: Hashable, Sendable, CustomStringConvertible {
    /// The most words of one search.
    package static let maximumWords = 8
    /// How long a word may be, in characters (Unicode code points).
    package static let wordLengths = 3...128

    /// One reference: questions are copied some times on their way.
    private let content: Content

    private final class Content: Sendable {
        let text: [UInt8]
        let words: [ByteSequenceSearch]

        init(_ words: [[UInt8]]) {
            text = Array(words.joined(separator: [RecordSearch.separator]))
            self.words = words.map { ByteSequenceSearch($0, ignoringCase: true) }
        }
    }

    private static let separator = UInt8(ascii: " ")

    /// Reads a search as it is written, or its normal form: words with spaces between them.
    ///
    /// - Throws: what is wrong, for a person to read.
    package init(_ text: [UInt8]) throws(SearchError) {
        guard (try? UTF8Span(validating: text.span)) != nil else { throw SearchError("is not valid UTF-8") }
        let words = text.split(separator: Self.separator)
        guard !words.isEmpty else { throw SearchError("has no word, only spaces") }
        guard words.count <= Self.maximumWords else {
            throw SearchError("has \(words.count) words; at most \(Self.maximumWords) are allowed")
        }
        for word in words { try Self.check(word) }
        let folded = words.map { CaseFolding.folded($0.span) }
        content = Content(Self.needed(folded))
    }

    /// A word that is part of another one stands wherever that stands.
    private static func needed(_ words: [[UInt8]]) -> [[UInt8]] {
        let different = Set(words).sorted { $0.lexicographicallyPrecedes($1) }
        return different.filter { word in
            let search = ByteSequenceSearch(word)
            return !different.contains { $0.count > word.count && search.isFound(in: $0.span) }
        }
    }

    private static func check(_ word: ArraySlice<UInt8>) throws(SearchError) {
        // Each code point of UTF-8 has one byte that continues no other.
        let length = word.count { $0 & 0xC0 != 0x80 }
        guard wordLengths.contains(length) else {
            let shown = String(decoding: word.prefix(4 * 20), as: UTF8.self).prefix(20)
            throw SearchError(
                "has a word of \(length) character\(length == 1 ? "" : "s") (\(shown)\(length > 20 ? "…" : "")); "
                    + "each must have \(wordLengths.lowerBound) to \(wordLengths.upperBound)")
        }
        if let control = String(decoding: word, as: UTF8.self).firstControlCharacter {
            throw SearchError("has the control character \(control); words are separated by spaces")
        }
    }

    /// The normal form, which reads as the same search: the words that say something, folded, in the order of their bytes.
    package var text: [UInt8] { content.text }

    /// The normal form.
    package var description: String { String(decoding: text, as: UTF8.self) }

    /// Whether a record has all words, of whose attributes these are to be seen: the text of one object. Costs one look at
    /// their bytes for each word, and one pass over the strings where those have all words.
    ///
    /// - Throws: where they are no such text and that matters.
    package func matches(_ record: AuditRecord, attributes: [UInt8]) throws(JSONFault) -> Bool {
        var walk = SearchWalk(content.words)
        walk.take(record.key.auditId.bytes.span)
        walk.take(record.key.systemId.bytes.span)
        walk.take(record.userId.bytes.span)
        walk.take(record.resourceId.bytes.span)
        if !walk.isDone { try walk.pass(attributes) }
        return walk.isDone
    }

    /// Whether the normal forms are equal.
    package static func == (left: RecordSearch, right: RecordSearch) -> Bool {
        left.content === right.content || left.text == right.text
    }

    /// Hashes the normal form.
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Why a text is no search.
package struct SearchError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, for a person to read.
    package let description: String

    init(_ description: String) { self.description = description }
}
