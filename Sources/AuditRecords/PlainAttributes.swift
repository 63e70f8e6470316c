internal import JSONBytes

/// A look at stored attributes as nearly all of them are: one object, not deep, with few names, and no escapes. It takes no memory
/// and a fifth of the time of ``AttributeCheck``, which is asked about all others.
struct PlainAttributes {
    /// In all objects that are open at a time.
    private static let mostNames = 48
    private static let mostLevels = 16

    private let text: UnsafeRawBufferPointer
    /// The names of the objects that it is in, those of the innermost last, without their quotes.
    private let names: UnsafeMutableBufferPointer<Range<Int>>
    private var nameCount = 0
    private var place = 0

    /// Whether attributes are surely such that ``AttributeCheck`` finds nothing wrong with them as they are stored.
    static func areSound(_ attributes: [UInt8]) -> Bool {
        guard (try? UTF8Span(validating: attributes.span)) != nil else { return false }
        return attributes.withUnsafeBytes { text in
            withUnsafeTemporaryAllocation(of: Range<Int>.self, capacity: mostNames) { names in
                var look = PlainAttributes(text: text, names: names)
                return look.passObject(levels: 0) && look.next() == 0 && look.place == text.count
            }
        }
    }

    private init(text: UnsafeRawBufferPointer, names: UnsafeMutableBufferPointer<Range<Int>>) {
        self.text = text
        self.names = names
    }

    /// The next byte that is no white space, without passing it; zero at the end.
    @inline(__always)
    private mutating func next() -> UInt8 {
        while place < text.count {
            let byte = text[place]
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): place += 1
            default: return byte
            }
        }
        return 0
    }

    @inline(__always)
    private mutating func accept(_ byte: Unicode.Scalar) -> Bool {
        guard next() == UInt8(ascii: byte) else { return false }
        place += 1
        return true
    }

    private mutating func passObject(levels: Int) -> Bool {
        guard levels < Self.mostLevels, accept("{") else { return false }
        guard !accept("}") else { return true }
        let outer = nameCount
        repeat {
            guard nameCount < names.count, let name = passString(), isNew(name, since: outer) else {
                return false
            }
            names[nameCount] = name
            nameCount += 1
            guard accept(":"), passValue(levels: levels + 1) else { return false }
        } while accept(",")
        nameCount = outer
        return accept("}")
    }

    private mutating func passValue(levels: Int) -> Bool {
        switch next() {
        case UInt8(ascii: "\""): return passString() != nil
        case UInt8(ascii: "{"): return passObject(levels: levels)
        case UInt8(ascii: "["):
            guard levels < Self.mostLevels else { return false }
            place += 1
            guard !accept("]") else { return true }
            repeat {
                guard passValue(levels: levels + 1) else { return false }
            } while accept(",")
            return accept("]")
        case UInt8(ascii: "t"): return pass("true")
        case UInt8(ascii: "f"): return pass("false")
        case UInt8(ascii: "n"): return pass("null")
        default: return passNumber()
        }
    }

    /// Where a string stands, its quotes left out; nil where none does, or one with an escape.
    @inline(__always)
    private mutating func passString() -> Range<Int>? {
        guard next() == UInt8(ascii: "\"") else { return nil }
        let start = place + 1
        let end = ByteSearch.placeOfSpecial(in: text, from: start)
        guard end < text.count, text[end] == UInt8(ascii: "\"") else { return nil }
        place = end + 1
        return start..<end
    }

    @inline(__always)
    private func isNew(_ name: Range<Int>, since first: Int) -> Bool {
        for index in first..<nameCount where names[index].count == name.count {
            let earlier = UnsafeRawBufferPointer(rebasing: text[names[index]])
            if ByteSearch.areEqual(earlier, UnsafeRawBufferPointer(rebasing: text[name])) { return false }
        }
        return true
    }

    private mutating func pass(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard text.count - place >= count else { return false }
        let rest = UnsafeRawBufferPointer(rebasing: text[place..<place + count])
        guard word.withUTF8Buffer({ ByteSearch.areEqual(rest, UnsafeRawBufferPointer($0)) }) else {
            return false
        }
        place += count
        return true
    }

    /// Passes a number without an exponent.
    private mutating func passNumber() -> Bool {
        if next() == UInt8(ascii: "-") { place += 1 }
        let whole = place
        guard let digits = passDigits(), digits == 1 || text[whole] != UInt8(ascii: "0") else { return false }
        guard place < text.count, text[place] == UInt8(ascii: ".") else { return true }
        place += 1
        return passDigits() != nil
    }

    /// How many digits were passed; nil for none.
    private mutating func passDigits() -> Int? {
        let start = place
        while place < text.count, text[place] &- UInt8(ascii: "0") < 10 { place += 1 }
        return place > start ? place - start : nil
    }
}
