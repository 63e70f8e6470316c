internal import JSONBytes

/// A value as an index of an attribute has it: values that a filter calls equal are one.
package struct IndexedValue: Hashable, Sendable {
    /// The most bytes of a value that an index has. No filter on a longer one asks an index.
    package static let maximumByteCount = 256

    /// Stands for every value, of a record that has too many, or whose attributes cannot be read: it is looked at whatever is
    /// asked for, and who holds the filter against it says what becomes of it.
    package static let anything = IndexedValue(isString: false, bytes: [])

    /// Whether it is a string. If not, it is a number, true, false or null, or ``anything``.
    package let isString: Bool
    /// A string's UTF-8, or the word, or the one text of all spellings of a number.
    package let bytes: [UInt8]

    private init(isString: Bool, bytes: [UInt8]) {
        (self.isString, self.bytes) = (isString, bytes)
    }

    /// A string; nil of one that is too long.
    init?(string: some Collection<UInt8>) {
        guard string.count <= Self.maximumByteCount else { return nil }
        self.init(isString: true, bytes: Array(string))
    }

    /// A number of a JSON number's text; nil of one that is too long.
    init?(number: ArraySlice<UInt8>) {
        let text = DecimalNumber.canonicalText(number)
        guard text.count <= Self.maximumByteCount else { return nil }
        self.init(isString: false, bytes: text)
    }

    /// True, false or null.
    init(word: StaticString) {
        self.init(isString: false, bytes: word.withUTF8Buffer(Array.init))
    }

    /// What a value has to be to be equal to an operand; nil where no index tells.
    init?(_ operand: FilterOperand) {
        switch operand {
        case .string(let text): self.init(string: text)
        case .number(let number): self.init(number: number.text[...])
        case .boolean(true): self.init(word: "true")
        case .boolean(false): self.init(word: "false")
        case .null: self.init(word: "null")
        case .instant: return nil
        }
    }
}
