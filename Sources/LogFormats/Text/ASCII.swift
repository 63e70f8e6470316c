extension UInt8 {
    /// Whether it is one of the digits 0 to 9.
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

    /// White space as JSON has it (RFC 8259).
    var isSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

    /// White space and what separates fields in ASCII.
    var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) || (0x1C...0x1F).contains(self) }

    /// Whether it is a hexadecimal digit of either case.
    var isHexadecimal: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20) }
}

extension Collection<UInt8> {
    /// The text with capital letters A to Z made small.
    var lowercased: [UInt8] {
        map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    /// Whether a text stands in it.
    func has(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { sought in
            var place = startIndex
            while place < endIndex {
                if self[place...].starts(with: sought) { return true }
                place = index(after: place)
            }
            return sought.isEmpty
        }
    }

    /// Whether it begins with a text.
    func begins(with text: StaticString) -> Bool { text.withUTF8Buffer { starts(with: $0) } }
}

extension BidirectionalCollection<UInt8> {
    /// Whether it ends with a text.
    func ends(with text: StaticString) -> Bool {
        text.withUTF8Buffer { reversed().starts(with: $0.reversed()) }
    }
}

extension [UInt8] {
    /// Whether a text stands in it with no letter, digit or underscore before or behind it.
    func hasWord(_ word: StaticString) -> Bool {
        var rest = self[...]
        while let behind = rest.rest(behind: word) {
            let before = behind.startIndex - word.utf8CodeUnitCount - 1
            if !(before >= 0 && self[before].isOfWord), behind.first?.isOfWord != true { return true }
            rest = behind
        }
        return false
    }
}

extension ArraySlice<UInt8> {
    /// What stands behind the first place of a text; nil where it does not stand in it.
    func rest(behind text: StaticString) -> ArraySlice<UInt8>? {
        var rest = self
        while !rest.begins(with: text) {
            guard rest.popFirst() != nil else { return nil }
        }
        return rest.dropFirst(text.utf8CodeUnitCount)
    }
}

extension UInt8 {
    fileprivate var isOfWord: Bool {
        isDigit || self == UInt8(ascii: "_") || self >= 0x80
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}
