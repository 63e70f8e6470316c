internal import JSONBytes

/// Values one behind the other, each with its length before it.
struct PackedValues {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes.bindMemory(to: UInt8.self) }

    var isEmpty: Bool { place == bytes.count }

    /// Takes the next one; nil where there is none.
    @inline(__always)
    mutating func next() -> UnsafeBufferPointer<UInt8>? {
        guard place < bytes.count else { return nil }
        var length = Int(bytes[place])
        place += 1
        if length >= 0x80 {
            guard let long = longLength(length) else { return nil }
            length = long
        }
        guard length <= bytes.count - place else { return nil }
        defer { place &+= length }
        // Within the bytes, as has just been seen.
        return UnsafeBufferPointer(start: bytes.baseAddress.map { $0 + place }, count: length)
    }

    /// A length of several bytes, of which the first is taken.
    private mutating func longLength(_ first: Int) -> Int? {
        var (length, shift) = (first & 0x7F, 7)
        while place < bytes.count, shift < 56 {
            let byte = bytes[place]
            place += 1
            length |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return length }
            shift += 7
        }
        return nil
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether a JSON string has it as it is.
    package var isPlainText: Bool {
        let bytes = UnsafeRawBufferPointer(self)
        return ByteSearch.areAllPlainInString(bytes)
            || ByteSearch.placeOfSpecial(in: bytes) == count && (try? UTF8Span(validating: span)) != nil
    }

    /// Whether it is a number, true, false or null.
    package var isJSONWord: Bool {
        if isDigits { return true }
        var rest = self[...]
        switch first {
        case UInt8(ascii: "t"): return rest.spells("true")
        case UInt8(ascii: "f"): return rest.spells("false")
        case UInt8(ascii: "n"): return rest.spells("null")
        case UInt8(ascii: "-"): rest.removeFirst()
        default: break
        }
        let isZero = rest.first == UInt8(ascii: "0")
        let whole = rest.dropDigits()
        guard whole == 1 || whole > 1 && !isZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard rest.dropDigits() > 0 else { return false }
        }
        guard let mark = rest.first else { return true }
        guard mark | 0x20 == UInt8(ascii: "e") else { return false }
        rest.removeFirst()
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            rest.removeFirst()
        }
        return rest.dropDigits() > 0 && rest.isEmpty
    }

    /// Whether it is digits, of which the first is no zero: most numbers.
    private var isDigits: Bool {
        guard let first, first &- UInt8(ascii: "1") < 9 else { return false }
        for place in 1..<count where self[place] &- UInt8(ascii: "0") >= 10 { return false }
        return true
    }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
    /// Passes digits, and says how many there were.
    fileprivate mutating func dropDigits() -> Int {
        let before = count
        while let byte = first, byte &- UInt8(ascii: "0") < 10 { removeFirst() }
        return before - count
    }
}
