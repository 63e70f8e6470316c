/// A string in a text that a cursor has passed.
@usableFromInline package struct JSONToken: Sendable {
    /// Where it stands, its quotes included.
    @usableFromInline package let range: Range<Int>
    /// Whether it has escapes, so that its bytes are not its text.
    @usableFromInline package let hasEscapes: Bool

    @inlinable
    init(range: Range<Int>, hasEscapes: Bool) {
        self.range = range
        self.hasEscapes = hasEscapes
    }
}

extension JSONCursor {
    /// Passes a string. Its escapes are valid ones, and none is half of a surrogate pair unless those are allowed.
    @inlinable @inline(__always)
    package mutating func string() throws(JSONFault) -> JSONToken {
        guard peek() == UInt8(ascii: "\"") else { throw fault("a string was expected") }
        let start = position
        position += 1
        skipOrdinaryBytes()
        guard bytes[position] == UInt8(ascii: "\"") else { return try stringWithEscapes(from: start) }
        position += 1
        return JSONToken(range: start..<position, hasEscapes: false)
    }

    /// Whether two strings that were passed stand for the same text.
    @inlinable @inline(__always)
    package func areEqual(_ left: JSONToken, _ right: JSONToken) throws(JSONFault) -> Bool {
        guard !left.hasEscapes, !right.hasEscapes else { return try text(left) == text(right) }
        guard left.range.count == right.range.count else { return false }
        var (place, rest) = (0, left.range.count)
        while rest > 0 {
            let difference =
                word(at: left.range.lowerBound + place) ^ word(at: right.range.lowerBound + place)
            // Of the last word only so many bytes are the strings', the lowest ones.
            guard difference << (rest < 8 ? UInt64(8 * (8 - rest)) : 0) == 0 else { return false }
            place += 8
            rest -= 8
        }
        return true
    }

    @usableFromInline @inline(never)
    mutating func stringWithEscapes(from start: Int) throws(JSONFault) -> JSONToken {
        while true {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return JSONToken(range: start..<position, hasEscapes: true)
            case UInt8(ascii: "\\"): try escape()
            default:
                guard position < count else { throw fault("a string does not end") }
                throw fault("a control character stands unescaped in a string")
            }
            skipOrdinaryBytes()
        }
    }

    /// Passes all bytes before the next quote, backslash or control character, eight at a time.
    @inlinable @inline(__always)
    mutating func skipOrdinaryBytes() {
        var ends = Self.specialBytes(in: word(at: position))
        while ends == 0 {
            position += 8
            ends = Self.specialBytes(in: word(at: position))
        }
        position += ends.trailingZeroBitCount / 8
    }

    /// Sets the highest bit of the first byte that is a quote, a backslash or below 0x20. Bytes after it may be
    /// marked wrongly (a subtraction borrows from them); none before it is. After Sean Eron Anderson, "Bit
    /// Twiddling Hacks", "Determine if a word has a byte less than n".
    @inlinable @inline(__always)
    static func specialBytes(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let isQuote = (quotes &- ones) & ~quotes
        let isBackslash = (backslashes &- ones) & ~backslashes
        let isControl = (word &- (ones &* 0x20)) & ~word
        return (isQuote | isBackslash | isControl) & (ones &* 0x80)
    }

    private mutating func escape() throws(JSONFault) {
        switch bytes[position + 1] {
        case UInt8(ascii: "u"): try unicodeEscape()
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        default: throw fault("no such escape")
        }
    }

    /// A `\u` escape, or the two of them that make a pair: UTF-16 code units, as RFC 8259, section 7, has it.
    private mutating func unicodeEscape() throws(JSONFault) {
        let start = position
        switch try codeUnit() {
        case 0xD800..<0xDC00:
            let end = position
            if bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u"),
                (0xDC00..<0xE000).contains(try codeUnit())
            {
                return
            }
            try checkHalfPair(at: start)
            // What follows is an escape of its own.
            position = end
        case 0xDC00..<0xE000: try checkHalfPair(at: start)
        default: break
        }
    }

    private func checkHalfPair(at start: Int) throws(JSONFault) {
        guard allowsHalfPairs else { throw fault("half of a surrogate pair stands alone", at: start) }
    }

    private mutating func codeUnit() throws(JSONFault) -> UInt32 {
        let digits = word(at: position) >> 16
        var unit: UInt32 = 0
        for index in 0..<4 {
            let digit = UInt8(truncatingIfNeeded: digits >> (8 * UInt64(index)))
            guard let value = digit.hexadecimalValue else { throw fault("\\u needs four hexadecimal digits") }
            unit = unit << 4 | UInt32(value)
        }
        position += 6
        return unit
    }
}
