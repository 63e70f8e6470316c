internal import JSONBytes

/// Looks through a record's strings for words.
struct SearchWalk {
    private let words: [ByteSequenceSearch]
    /// A bit for each word that was not met yet.
    private var missing: UInt8

    init(_ words: [ByteSequenceSearch]) {
        self.words = words
        missing = ~UInt8(truncatingIfNeeded: ~0 << words.count)
    }

    /// Whether all words were met.
    var isDone: Bool { missing == 0 }

    /// Looks at a text.
    mutating func take(_ text: Span<UInt8>) {
        guard !isDone else { return }
        if text.withUnsafeBytes(ByteSearch.areAllASCII) {
            takeFolded(text)
        } else {
            takeFolded(CaseFolding.folded(text).span)
        }
    }

    /// Looks at a text that is folded, or ASCII.
    private mutating func takeFolded(_ text: Span<UInt8>) {
        for index in words.indices where missing & 1 << UInt8(index) != 0 && words[index].isFound(in: text) {
            missing &= ~(1 << UInt8(index))
        }
    }

    /// Looks at attributes, the text of one object.
    ///
    /// Most records have not all words, and most are ASCII without escapes: then a word that stands in no string is one that
    /// stands nowhere in the text, names and all, and nothing needs to be read.
    mutating func pass(_ attributes: [UInt8]) throws(JSONFault) {
        let isPlain = attributes.withUnsafeBytes(ByteSearch.areAllPlainASCII)
        if isPlain, !haveMissing(attributes.span) { return }
        var cursor = try JSONCursor(attributes)
        guard cursor.peek() == UInt8(ascii: "{") else { throw cursor.fault("an object was expected") }
        try cursor.strings { cursor, token throws(JSONFault) in
            try take(token, in: cursor, isPlain: isPlain)
        }
    }

    /// Whether each word that is missing stands in a text.
    private func haveMissing(_ text: Span<UInt8>) -> Bool {
        for index in words.indices where missing & 1 << UInt8(index) != 0 {
            guard words[index].isFound(in: text) else { return false }
        }
        return true
    }

    private mutating func take(_ token: JSONToken, in cursor: JSONCursor, isPlain: Bool) throws(JSONFault) {
        guard !isDone else { return }
        if token.hasEscapes {
            let text = try cursor.text(token)
            take(text.span)
        } else {
            let content = token.range.lowerBound + 1..<token.range.upperBound - 1
            let text = cursor.bytes.span.extracting(content)
            if isPlain { takeFolded(text) } else { take(text) }
        }
    }
}
