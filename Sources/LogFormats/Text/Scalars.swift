// Text as Unicode has it, in bytes that are UTF-8.

extension ArraySlice<UInt8> {
    /// The code point at a place, and the place behind it.
    func scalar(at place: Int) -> (scalar: Unicode.Scalar, end: Int) {
        let first = self[place]
        guard first >= 0x80 else { return (Unicode.Scalar(first), place + 1) }
        let count = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        let end = Swift.min(place + count, endIndex)
        let bits = self[(place + 1)..<end].reduce(UInt32(first) & (0x7F >> UInt32(count))) {
            $0 << 6 | UInt32($1 & 0x3F)
        }
        return (Unicode.Scalar(bits) ?? "\u{FFFD}", end)
    }

    /// The first place from one on whose code point does not fit.
    func end(from place: Int, while fits: (Unicode.Scalar) -> Bool) -> Int {
        var place = place
        while place < endIndex {
            let (scalar, end) = scalar(at: place)
            guard fits(scalar) else { break }
            place = end
        }
        return place
    }

    /// Where the code point before a place begins.
    func scalarStart(before place: Int) -> Int {
        var start = place - 1
        while start > startIndex, self[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }

    /// These bytes without white space before and behind them.
    var trimmed: ArraySlice<UInt8> {
        let start = end(from: startIndex, while: \.isSpace)
        var end = endIndex
        while end > start {
            let place = scalarStart(before: end)
            guard scalar(at: place).scalar.isSpace else { break }
            end = place
        }
        return self[start..<end]
    }

    /// These bytes without carriage returns behind them.
    var withoutReturns: ArraySlice<UInt8> {
        prefix(through: lastIndex { $0 != UInt8(ascii: "\r") } ?? startIndex - 1)
    }
}

extension Unicode.Scalar {
    /// Whether it is white space; the separators U+001C to U+001F are.
    var isSpace: Bool {
        if value < 0x80 {
            return value == 0x20 || (0x09...0x0D).contains(value) || (0x1C...0x1F).contains(value)
        }
        return properties.isWhitespace
    }

    /// Whether it is a letter, a digit or a low line.
    var isWord: Bool {
        if value < 0x80 {
            let byte = UInt8(value)
            return byte.isLetter || byte.isDigit || self == "_"
        }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return properties.numericType != nil
        }
    }
}

extension ArraySlice<UInt8> {
    /// Whether these are the bytes of a text. Here, because what another target has for all collections asks a table for each
    /// byte.
    func spells(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { bytes in zip(self, bytes).allSatisfy { $0 == $1 } }
    }
}
