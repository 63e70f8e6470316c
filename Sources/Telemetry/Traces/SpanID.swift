/// The id of a segment or subsegment within its trace: 64 bits that are not all zero, 16 hexadecimal digits.
struct SpanID: Hashable, Sendable, CustomStringConvertible {
    private let number: UInt64

    /// One that is not used yet, most probably.
    init() {
        number = UInt64.random(in: 1...UInt64.max)
    }

    init?(_ text: Substring) {
        guard text.utf8.count == 16, let number = HexadecimalText.number(text.utf8), number != 0 else {
            return nil
        }
        self.number = number
    }

    var description: String { HexadecimalText.text(number, digits: 16) }
}
