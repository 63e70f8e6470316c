/// Hexadecimal digits as trace headers and documents have them.
enum HexadecimalText {
    /// The number that up to 16 digits state, in lower or upper case; nil when anything else is among them.
    static func number(_ text: Substring.UTF8View) -> UInt64? {
        // A sign is no digit, and would be taken.
        guard text.count <= 16, let first = text.first, !"+-".utf8.contains(first) else { return nil }
        return UInt64(Substring(text), radix: 16)
    }

    /// The lowest so many digits of a number.
    static func text(_ number: UInt64, digits count: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits.suffix(count)
    }
}
