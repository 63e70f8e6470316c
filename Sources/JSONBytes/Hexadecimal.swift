/// Hexadecimal digits in text that is bytes.
extension UInt8 {
    /// The value of a digit of either case; nil for any other byte.
    @inlinable
    package var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The byte of two digits; nil for any other bytes.
    package init?(hexadecimal digits: ArraySlice<UInt8>) {
        guard digits.count == 2, let high = digits.first?.hexadecimalValue,
            let low = digits.last?.hexadecimalValue
        else { return nil }
        self = high << 4 | low
    }
}

extension [UInt8] {
    /// Appends the two digits of a byte, capital ones.
    @inlinable
    package mutating func append(hexadecimal byte: UInt8) {
        append(Self.digit(byte >> 4))
        append(Self.digit(byte & 15))
    }

    @inlinable
    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}

extension UInt32 {
    /// Its digits as those of a code point, capital ones: at least four.
    package var codePoint: String {
        let digits = String(self, radix: 16, uppercase: true)
        return String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
    }
}
