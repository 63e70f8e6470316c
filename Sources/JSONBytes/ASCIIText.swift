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
        let first = count
        var rest = number
        // The last digit comes first: one division a digit, where the first digit's place takes another.
        repeat {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0 || count - first < digits
        var (left, right) = (first, count - 1)
        while left < right {
            swapAt(left, right)
            left += 1
            right -= 1
        }
    }

    /// In milliseconds, to the microsecond. A clock that went back counts as one that stood.
    package mutating func append(milliseconds duration: Duration) {
        let microseconds = Swift.max(0, duration.wholeMicroseconds)
        append(decimal: microseconds / 1000)
        append(UInt8(ascii: "."))
        append(decimal: microseconds % 1000, digits: 3)
    }
}

extension Duration {
    fileprivate var wholeMicroseconds: Int {
        // Nine seconds of attoseconds are 64 bits, whose division costs a fifth of that of 128.
        guard let short = Int64(exactly: attoseconds) else { return Int(attoseconds / 1_000_000_000_000) }
        return Int(short / 1_000_000_000_000)
    }
}
