/// Walks over the bytes of a text whose form is fixed.
struct TextCursor {
    /// What was not passed.
    private(set) var rest: ArraySlice<UInt8>

    init(_ text: some Sequence<UInt8>) {
        rest = Array(text)[...]
    }

    init(_ text: ArraySlice<UInt8>) {
        rest = text
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// Passes a byte if it is next.
    mutating func accept(_ byte: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: byte) else { return false }
        rest.removeFirst()
        return true
    }

    /// Passes some text if it is next.
    mutating func accept(text: StaticString) -> Bool {
        guard rest.begins(with: text) else { return false }
        rest.removeFirst(text.utf8CodeUnitCount)
        return true
    }

    /// Passes the bytes that fit, of which there may be none.
    mutating func pass(while fits: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let passed = rest.prefix(while: fits)
        rest = rest[passed.endIndex...]
        return passed
    }

    /// Passes what stands before a place, which is not passed yet.
    mutating func take(to place: Int) -> ArraySlice<UInt8> {
        let passed = rest[..<place]
        rest = rest[place...]
        return passed
    }

    /// Passes what stands before a byte, and the byte; nothing where there is none.
    mutating func passThrough(_ byte: Unicode.Scalar) -> ArraySlice<UInt8>? {
        guard let end = rest.firstIndex(of: UInt8(ascii: byte)) else { return nil }
        let passed = rest[..<end]
        rest = rest[(end + 1)...]
        return passed
    }

    /// Passes what stands before some text, and the text; nothing where there is none.
    mutating func pass(through text: StaticString) -> ArraySlice<UInt8>? {
        guard let end = rest.indices.first(where: { rest[$0...].begins(with: text) }) else { return nil }
        let passed = rest[..<end]
        rest = rest[(end + text.utf8CodeUnitCount)...]
        return passed
    }

    /// Passes so many digits, and gives their number; nil where there are fewer.
    mutating func number(digits: Int) -> Int? {
        let text = rest.prefix(digits)
        guard text.count == digits, text.allSatisfy(\.isDigit) else { return nil }
        rest = rest[text.endIndex...]
        return text.reduce(0) { $0 * 10 + $1.digitValue }
    }
}

extension UInt8 {
    /// The value of a digit.
    var digitValue: Int { Int(self &- UInt8(ascii: "0")) }

    /// Whether it is a letter of ASCII.
    var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }

    /// Whether it is a capital letter of ASCII.
    var isCapital: Bool { self &- UInt8(ascii: "A") < 26 }
}

extension Collection<UInt8> {
    /// For a person to read.
    var text: String { String(decoding: self, as: UTF8.self) }
}
