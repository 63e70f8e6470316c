internal import AuditRecords
internal import JSONBytes

/// A shape, and where its gaps are.
struct AttributeShape {
    /// The text with a zero byte for each value.
    let bytes: [UInt8]
    private let gaps: [Int]
    /// Whether it is known that any values that are plain make it a text that every strict parser reads.
    private let isSound: Bool

    /// A shape of its text. Whoever reads records has it checked once, and not each of them.
    init(_ bytes: [UInt8], isRead: Bool = false) {
        self.bytes = bytes
        gaps = bytes.indices.filter { bytes[$0] == 0 }
        isSound = isRead && AuditRecord.isReadable(shape: bytes)
    }

    /// The text with these values in the gaps; nil when they do not belong together.
    func text(_ values: UnsafeRawBufferPointer) -> AttributeText? {
        var isReadable = isSound
        var length: Int?
        let text = [UInt8](atMost: bytes.count + values.count) { text in
            length = bytes.withUnsafeBytes { fill(text, $0, values, &isReadable) }
            return length ?? 0
        }
        return length.map { _ in AttributeText(bytes: text, isReadable: isReadable) }
    }

    /// How many bytes the text has, for which there is room; nil when the values do not fit.
    private func fill(
        _ text: UnsafeMutableRawBufferPointer, _ shape: UnsafeRawBufferPointer,
        _ values: UnsafeRawBufferPointer, _ isReadable: inout Bool
    ) -> Int? {
        var rest = values[...]
        var (start, end) = (0, 0)
        for gap in gaps {
            text.copy(shape, start..<gap, to: &end)
            guard let length = rest.popLength(), length <= rest.count else { return nil }
            let place = rest.startIndex..<rest.startIndex + length
            let value = UnsafeRawBufferPointer(rebasing: values[place])
            if isReadable { isReadable = Self.isPlain(value, isString: isString(gap, shape)) }
            text.copy(values, place, to: &end)
            rest = values[place.upperBound...]
            start = gap + 1
        }
        text.copy(shape, start..<shape.count, to: &end)
        return rest.isEmpty ? end : nil
    }

    /// Whether a gap is a string's, between its quotes.
    private func isString(_ gap: Int, _ shape: UnsafeRawBufferPointer) -> Bool {
        gap > 0 && shape[gap - 1] == UInt8(ascii: "\"")
    }

    private static func isPlain(_ value: UnsafeRawBufferPointer, isString: Bool) -> Bool {
        value.withMemoryRebound(to: UInt8.self) { isString ? $0.isPlainText : $0.isJSONWord }
    }

    /// Appends the values that a text has in the gaps, so that ``text(_:)`` gives it again; false where it is of another shape,
    /// and then something may have been appended.
    func append(valuesOf text: [UInt8], to values: inout [UInt8]) -> Bool {
        text.withUnsafeBytes { text in bytes.withUnsafeBytes { append(text, $0, &values) } }
    }

    private func append(
        _ text: UnsafeRawBufferPointer, _ shape: UnsafeRawBufferPointer, _ values: inout [UInt8]
    ) -> Bool {
        var (place, start) = (0, 0)
        for gap in gaps {
            guard Self.agree(text, place, shape, start..<gap) else { return false }
            place += gap - start
            let end =
                isString(gap, shape)
                ? Self.endOfString(text, from: place) : Self.endOfWord(text, from: place)
            values.append(length: end - place)
            values.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[place..<end]))
            place = end
            start = gap + 1
        }
        return text.count - place == shape.count - start
            && Self.agree(text, place, shape, start..<shape.count)
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

/// Attributes as they stand in the file.
struct AttributeText: Equatable {
    let bytes: [UInt8]
    /// Whether it is known that every strict parser reads them.
    let isReadable: Bool
}

extension UnsafeMutableRawBufferPointer {
    /// Copies a part of other bytes to a place, for which there is room, and goes behind it.
    @inline(__always)
    fileprivate func copy(_ bytes: UnsafeRawBufferPointer, _ part: Range<Int>, to place: inout Int) {
        guard let target = baseAddress, let source = bytes.baseAddress, !part.isEmpty else { return }
        (target + place).copyMemory(from: source + part.lowerBound, byteCount: part.count)
        place += part.count
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
