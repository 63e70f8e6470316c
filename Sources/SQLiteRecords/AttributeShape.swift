internal import JSONBytes

/// A shape, and where its gaps are.
struct AttributeShape {
    /// The text with a zero byte for each value.
    let bytes: [UInt8]
    private let gaps: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        gaps = bytes.indices.filter { bytes[$0] == 0 }
    }

    /// The text with these values in the gaps; nil when they do not belong together.
    func text(_ values: UnsafeRawBufferPointer.SubSequence) -> [UInt8]? {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + values.count)
        return bytes.withUnsafeBytes { append($0, values, to: &text) } ? text : nil
    }

    private func append(
        _ shape: UnsafeRawBufferPointer, _ values: UnsafeRawBufferPointer.SubSequence, to text: inout [UInt8]
    ) -> Bool {
        var rest = values
        var start = 0
        for gap in gaps {
            text.append(contentsOf: UnsafeRawBufferPointer(rebasing: shape[start..<gap]))
            guard let length = rest.popLength(), length <= rest.count else { return false }
            text.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest.prefix(length)))
            rest = rest.dropFirst(length)
            start = gap + 1
        }
        text.append(contentsOf: UnsafeRawBufferPointer(rebasing: shape[start...]))
        return rest.isEmpty
    }

    /// Appends the values that a text has in the gaps, so that ``text(_:)`` gives it again; false where it is of another shape,
    /// and then something may have been appended.
    func append(valuesOf text: [UInt8], to values: inout [UInt8]) -> Bool {
        text.withUnsafeBytes { text in bytes.withUnsafeBytes { Self.append(text, $0, gaps, &values) } }
    }

    private static func append(
        _ text: UnsafeRawBufferPointer, _ shape: UnsafeRawBufferPointer, _ gaps: [Int],
        _ values: inout [UInt8]
    ) -> Bool {
        var (place, start) = (0, 0)
        for gap in gaps {
            guard agree(text, place, shape, start..<gap) else { return false }
            place += gap - start
            let isString = gap > 0 && shape[gap - 1] == UInt8(ascii: "\"")
            let end = isString ? endOfString(text, from: place) : endOfWord(text, from: place)
            values.append(length: end - place)
            values.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[place..<end]))
            place = end
            start = gap + 1
        }
        return text.count - place == shape.count - start && agree(text, place, shape, start..<shape.count)
    }

    /// Whether a part of the shape stands at a place of the text.
    private static func agree(
        _ text: UnsafeRawBufferPointer, _ place: Int, _ shape: UnsafeRawBufferPointer, _ part: Range<Int>
    ) -> Bool {
        guard part.count <= text.count - place else { return false }
        return ByteSearch.areEqual(
            UnsafeRawBufferPointer(rebasing: text[place..<place + part.count]),
            UnsafeRawBufferPointer(rebasing: shape[part]))
    }

    /// Where a string's text ends that begins at a place: at its quote, or with the whole.
    private static func endOfString(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
        var place = start
        while true {
            place = ByteSearch.placeOfSpecial(in: text, from: place)
            guard place < text.count, text[place] != UInt8(ascii: "\"") else { return place }
            place = min(text.count, place + (text[place] == UInt8(ascii: "\\") ? 2 : 1))
        }
    }

    private static func endOfWord(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
        var place = start
        while place < text.count, !text[place].endsWord { place += 1 }
        return place
    }
}

extension [UInt8] {
    /// Appends a number in seven bits a byte, the lowest first.
    mutating func append(length: Int) {
        var rest = length
        while rest >= 0x80 {
            append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}

extension UnsafeRawBufferPointer.SubSequence {
    /// Takes a number that ``append(length:)`` wrote; nil when there is none.
    mutating func popLength() -> Int? {
        var length = 0
        for shift in stride(from: 0, to: 56, by: 7) {
            guard let byte = popFirst() else { return nil }
            length |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return length }
        }
        return nil
    }
}

extension UInt8 {
    /// Whether a number, `true`, `false` or `null` does not go on with this byte of JSON.
    var endsWord: Bool {
        switch self {
        case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"),
            UInt8(ascii: "\r"):
            true
        default: false
        }
    }
}
