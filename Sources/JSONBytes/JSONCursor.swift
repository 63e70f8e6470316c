/// Walks over the bytes of a JSON text (RFC 8259) eight at a time, checking all that it passes.
///
/// By hand, because the digits of a number and the escapes of a string must leave as they came: a parser that makes values
/// of them rounds a number of 38 digits. The hot code of the DynamoDB store, too.
///
/// Eight zero bytes stand after the text. No JSON text has a zero byte, so every loop ends there by itself,
/// and a word can be read at each place of the text.
@usableFromInline package struct JSONCursor: Sendable {
    /// The text, and the zeros behind it.
    @usableFromInline package let bytes: [UInt8]
    /// The bytes of the text itself.
    @usableFromInline package let count: Int
    /// How many of the text's bytes have been passed.
    @usableFromInline package var position = 0
    /// Whether a string may have half of a surrogate pair in an escape, as RFC 8259 allows and RFC 7493 does not.
    let allowsHalfPairs: Bool

    /// How deep values may nest in what is written anew: DynamoDB's limit for attributes.
    package static let maximumDepth = 32
    /// How deep anything may nest that is stored already, or passed unread: an item's 32 levels, each of them two in
    /// typed JSON, with the envelope around it.
    @usableFromInline package static let maximumSkippedDepth = 80

    /// At the start of a text. Checks once that it is UTF-8, so that every part of it is.
    package init(_ text: [UInt8], allowsHalfPairs: Bool = false) throws(JSONFault) {
        self.allowsHalfPairs = allowsHalfPairs
        if let place = UTF8Check.firstFault(in: text) {
            throw JSONFault(offset: place, detail: "is not valid UTF-8")
        }
        count = text.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        bytes.append(contentsOf: text)
        bytes.append(contentsOf: repeatElement(0, count: 8))
        self.bytes = bytes
    }

    /// The eight bytes from a place on, the first one lowest.
    @inlinable @inline(__always)
    package func word(at place: Int) -> UInt64 {
        UInt64(littleEndian: bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    /// The next byte that is no white space, without passing it; zero at the end.
    @inlinable @inline(__always)
    package mutating func peek() -> UInt8 {
        let byte = bytes[position]
        return byte > UInt8(ascii: " ") ? byte : peekBehindSpace()
    }

    @usableFromInline @inline(never)
    mutating func peekBehindSpace() -> UInt8 {
        while true {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
            case let byte: return byte
            }
        }
    }

    /// Passes one byte of punctuation if it is next.
    @inlinable @inline(__always)
    package mutating func accept(_ byte: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    /// Passes one byte of punctuation.
    @inlinable @inline(__always)
    package mutating func expect(_ byte: Unicode.Scalar) throws(JSONFault) {
        guard accept(byte) else { throw fault(expected: byte) }
    }

    @usableFromInline @inline(never)
    func fault(expected byte: Unicode.Scalar) -> JSONFault { fault("'\(byte)' was expected") }

    /// Passes the end of the text.
    package mutating func end() throws(JSONFault) {
        guard peek() == 0, position == count else { throw fault("the text goes on after its value") }
    }

    /// Passes `true`, `false` or `null`.
    @inlinable
    package mutating func word(_ word: StaticString) throws(JSONFault) {
        _ = peek()
        let length = word.utf8CodeUnitCount
        guard position + length <= count, bytes[position..<position + length].spells(word) else {
            throw fault("\(word) was expected")
        }
        position += length
    }

    /// An error at this place, or at one that was passed.
    @inline(never)
    @usableFromInline package func fault(_ detail: String, at offset: Int? = nil) -> JSONFault {
        JSONFault(offset: min(offset ?? position, count), detail: detail)
    }
}

extension Collection<UInt8> {
    /// Whether these are the bytes of a text.
    @inlinable
    package func spells(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { text in
            guard count == text.count else { return false }
            // Not elementsEqual, whose iterators over a slice take ten times as long.
            return withContiguousStorageIfAvailable { bytes in
                bytes.indices.allSatisfy { bytes[$0] == text[$0] }
            } ?? elementsEqual(text)
        }
    }
}
