/// What DynamoDB asks of a number, read off its digits (Amazon DynamoDB Developer Guide, "Data types",
/// Number).
package struct DecimalNumber {
    private let isNegative: Bool
    /// Digits without the zeros before and behind them; 0 for zero.
    private let significantDigits: Int
    /// The power of ten of the first of them.
    let exponent: Int

    private static let maximumDigits = 38
    private static let exponents = -130...125

    /// The number of a JSON number's text.
    package init(_ text: ArraySlice<UInt8>) {
        isNegative = text.first == UInt8(ascii: "-")
        let parts = text.split(maxSplits: 1) { $0 | 0x20 == UInt8(ascii: "e") }
        let mantissa = (parts.first ?? []).drop { $0 == UInt8(ascii: "-") }
        let whole = mantissa.prefix { $0 != UInt8(ascii: ".") }
        let digits = whole + mantissa.dropFirst(whole.count + 1)
        let leadingZeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        let trailingZeros = digits.reversed().prefix { $0 == UInt8(ascii: "0") }.count
        significantDigits = max(0, digits.count - leadingZeros - trailingZeros)
        exponent = whole.count - leadingZeros - 1 + Self.exponent(parts.dropFirst().first ?? [])
    }

    /// What DynamoDB would refuse it for, as a person reads it; nil when it would not.
    package var fault: String? {
        if significantDigits > Self.maximumDigits {
            return "has \(significantDigits) significant digits; DynamoDB keeps at most \(Self.maximumDigits)"
        }
        guard significantDigits == 0 || Self.exponents.contains(exponent) else {
            return "is outside the magnitudes 1E-130 to 9.99E+125 that DynamoDB keeps"
        }
        return nil
    }

    /// The bytes that it counts for in an item: one, one for each two digits, and one for a minus (Amazon DynamoDB
    /// Developer Guide, "DynamoDB item sizes and formats", which calls it approximate). The two digits of a pair
    /// stand on one side of the point, as dynalite found out of the real service: `1.5` has two pairs, `15` one.
    package var byteCount: Int {
        guard significantDigits > 0 else { return 1 }
        let last = exponent - significantDigits + 1
        // Shifts round down, also below zero.
        let pairs = (exponent >> 1) - (last >> 1) + 1
        return 1 + pairs + (isNegative ? 1 : 0)
    }

    /// The value of an exponent's text; of one that is larger than any number of DynamoDB, one that is too.
    private static func exponent(_ text: ArraySlice<UInt8>) -> Int {
        var value = 0
        for digit in text where digit &- UInt8(ascii: "0") < 10 {
            value = min(value * 10 + Int(digit - UInt8(ascii: "0")), 1 << 40)
        }
        return text.first == UInt8(ascii: "-") ? -value : value
    }
}
