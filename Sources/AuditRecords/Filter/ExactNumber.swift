internal import JSONBytes

/// A number as a decimal of any length. Nothing is rounded, and nothing as long as its exponent is made.
struct ExactNumber: Hashable, Sendable {
    /// The one text of all spellings of its value.
    let text: [UInt8]
    private let parts: DecimalParts

    /// The number of a JSON number's text; nil where its magnitude is beyond 10 to the 10 to the 12.
    init?(_ number: ArraySlice<UInt8>) {
        guard DecimalParts(number.span).exponent.magnitude < DecimalParts.exactExponents else { return nil }
        let canonical = DecimalNumber.canonicalText(number)
        text = canonical
        parts = DecimalParts(canonical.span)
    }

    /// Whether the number of a JSON number's text is less than this one, and whether it is equal.
    func compare(_ number: Span<UInt8>) -> (isLess: Bool, isEqual: Bool) {
        let other = DecimalParts(number)
        guard other.sign == parts.sign else { return (other.sign < parts.sign, false) }
        var order = other.exponent - parts.exponent
        if order == 0 { order = DecimalParts.order(number, other, text.span, parts) }
        return (order * parts.sign < 0, order == 0)
    }

    static func == (left: ExactNumber, right: ExactNumber) -> Bool { left.text == right.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Where the digits of a JSON number's text stand that say its value.
private struct DecimalParts: Sendable {
    /// -1, 0 or 1.
    let sign: Int
    /// The power of ten of the first digit that is not zero; 0 for zero.
    let exponent: Int
    /// The place of that digit, and the end of the digits.
    private let digits: Range<Int>

    /// Exponents below this are exact.
    static let exactExponents = 1_000_000_000_000
    /// What written exponents count for that are larger: more than any exact one, by more than a text has places.
    private static let largestExponent = 1 << 42

    init(_ text: Span<UInt8>) {
        let isNegative = text[0] == UInt8(ascii: "-")
        var (first, point, end) = (-1, -1, isNegative ? 1 : 0)
        while end < text.count, text[end] | 0x20 != UInt8(ascii: "e") {
            if text[end] == UInt8(ascii: ".") {
                point = end
            } else if first < 0, text[end] != UInt8(ascii: "0") {
                first = end
            }
            end += 1
        }
        guard first >= 0 else {
            (sign, exponent, digits) = (0, 0, end..<end)
            return
        }
        sign = isNegative ? -1 : 1
        digits = first..<end
        if point < 0 { point = end }
        exponent = (first < point ? point - first - 1 : point - first) + Self.exponent(text, from: end + 1)
    }

    private static func exponent(_ text: Span<UInt8>, from start: Int) -> Int {
        guard start < text.count else { return 0 }
        var value = 0
        for place in start..<text.count where text[place] &- UInt8(ascii: "0") < 10 {
            value = min(value * 10 + Int(text[place] - UInt8(ascii: "0")), largestExponent)
        }
        return text[start] == UInt8(ascii: "-") ? -value : value
    }

    /// The order of the digits of two numbers, the first of which stand for the same power of ten.
    static func order(_ left: Span<UInt8>, _ leftParts: Self, _ right: Span<UInt8>, _ rightParts: Self) -> Int
    {
        var (leftPlace, rightPlace) = (leftParts.digits.lowerBound, rightParts.digits.lowerBound)
        while leftPlace < leftParts.digits.upperBound || rightPlace < rightParts.digits.upperBound {
            let difference = leftParts.digit(left, &leftPlace) - rightParts.digit(right, &rightPlace)
            if difference != 0 { return difference }
        }
        return 0
    }

    /// The digit at a place, which moves behind it; 0 where there are no more.
    private func digit(_ text: Span<UInt8>, _ place: inout Int) -> Int {
        if place < digits.upperBound, text[place] == UInt8(ascii: ".") { place += 1 }
        guard place < digits.upperBound else { return 0 }
        defer { place += 1 }
        return Int(text[place] - UInt8(ascii: "0"))
    }
}
