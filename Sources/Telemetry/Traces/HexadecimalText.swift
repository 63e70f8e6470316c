/// Hexadecimal digits as trace headers and documents have them.
enum HexadecimalText {
    private static let digits = Array("0123456789abcdef".utf8)

    /// The number that up to 16 digits state, in lower or upper case; nil when anything else is among them.
    static func number(_ text: Substring.UTF8View) -> UInt64? {
        guard !text.isEmpty, text.count <= 16 else { return nil }
        var number: UInt64 = 0
        for byte in text {
            guard let digit = value(byte) else { return nil }
            number = number << 4 | digit
        }
        return number
    }

    /// The lowest so many digits of a number.
    static func text(_ number: UInt64, digits count: Int) -> String {
        String(unsafeUninitializedCapacity: count) { buffer in
            for index in 0..<count {
                buffer[index] = digits[Int(number >> UInt64(4 * (count - 1 - index)) & 15)]
            }
            return count
        }
    }

    private static func value(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
