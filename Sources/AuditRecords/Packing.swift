/// A packed form for ids and cursors: fields with their length before them, so that no field's content can be
/// taken for another field.
extension [UInt8] {
    /// Appends a length (LEB128, at most 5 bytes) and the bytes.
    package mutating func append(lengthPrefixed bytes: [UInt8]) {
        var length = UInt32(bytes.count)
        while length >= 0x80 {
            append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        append(UInt8(length))
        append(contentsOf: bytes)
    }

    /// The bytes of the length before as many bytes.
    package var lengthPrefixByteCount: Int {
        count < 0x80 ? 1 : count < 0x4000 ? 2 : count < 0x20_0000 ? 3 : 5
    }

    /// Appends eight bytes, most significant first.
    package mutating func append(bigEndian value: Int64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}

/// Reads what the appends above wrote. Every read fails softly on bytes of any other origin.
package struct PackedReader {
    /// What is still to be read.
    package private(set) var rest: ArraySlice<UInt8>

    /// At the start of the bytes.
    package init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// Takes the next byte; nil at the end.
    package mutating func byte() -> UInt8? {
        rest.popFirst()
    }

    /// Takes a length and as many bytes, which are returned; nil where so many do not follow.
    package mutating func lengthPrefixed() -> [UInt8]? { lengthPrefixedSlice().map { Array($0) } }

    /// The same without a copy.
    package mutating func lengthPrefixedSlice() -> ArraySlice<UInt8>? {
        var length = 0
        for shift in stride(from: 0, through: 28, by: 7) {
            guard let byte = byte() else { return nil }
            length |= Int(byte & 0x7F) << shift
            guard byte & 0x80 != 0 else { return take(length) }
        }
        return nil
    }

    /// Takes eight bytes, most significant first; nil where fewer follow.
    package mutating func bigEndian() -> Int64? {
        take(8)?.reduce(0) { $0 << 8 | Int64($1) }
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
