/// Text of fixed words and numbers, written where a String's parts would each be one of their own.
extension [UInt8] {
    /// Appends a fixed word.
    @inlinable
    package mutating func append(ascii text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    /// A number that is not negative, in at least so many decimal digits: with leading zeros.
    @inlinable
    package mutating func append(decimal number: Int, digits: Int = 1) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    /// In milliseconds, to the microsecond. A clock that went back counts as one that stood.
    package mutating func append(milliseconds duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let microseconds = Swift.max(0, Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000))
        append(decimal: microseconds / 1000)
        append(UInt8(ascii: "."))
        append(decimal: microseconds % 1000, digits: 3)
    }
}
