/// base64url without padding (RFC 4648 section 5): safe in a path, a query and a header.
package enum Base64URL {
    fileprivate static let alphabet: StaticString =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    /// How many characters so many bytes are.
    package static func byteCount(of count: Int) -> Int { (count * 4 + 2) / 3 }

    /// Writes bytes as characters.
    ///
    /// - Parameters:
    ///   - bytes: what is written.
    ///   - text: has room for ``byteCount(of:)`` of them, and does not overlap them.
    package static func write(_ bytes: UnsafeRawBufferPointer, to text: UnsafeMutableRawBufferPointer) {
        precondition(text.count >= byteCount(of: bytes.count))
        let alphabet = alphabet.utf8Start
        func character(_ bits: UInt32) -> UInt32 { UInt32(alphabet[Int(bits & 63)]) }
        var (place, end) = (0, 0)
        // Three bytes are four characters, which are one word.
        while place + 3 <= bytes.count {
            let bits =
                UInt32(bytes[place]) << 16 | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2])
            let word =
                character(bits >> 18) | character(bits >> 12) << 8 | character(bits >> 6) << 16
                | character(bits) << 24
            text.storeBytes(of: word.littleEndian, toByteOffset: end, as: UInt32.self)
            place += 3
            end += 4
        }
        guard place < bytes.count else { return }
        let isPair = place + 1 < bytes.count
        let bits = UInt32(bytes[place]) << 16 | (isPair ? UInt32(bytes[place + 1]) << 8 : 0)
        text[end] = UInt8(character(bits >> 18))
        text[end + 1] = UInt8(character(bits >> 12))
        if isPair { text[end + 2] = UInt8(character(bits >> 6)) }
    }
}

extension [UInt8] {
    private static let invalid: UInt8 = 0xFF
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: invalid, count: 256)
        Base64URL.alphabet.withUTF8Buffer { alphabet in
            for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        }
        return values
    }()

    /// These bytes as base64url characters.
    package var base64URL: [UInt8] {
        withUnsafeBytes { bytes in
            let room = Base64URL.byteCount(of: bytes.count)
            return [UInt8](atMost: room) { text in
                Base64URL.write(bytes, to: text)
                return room
            }
        }
    }

    /// The bytes that base64url characters stand for; nil for any other text, padded text and text whose
    /// unused bits are not zero, so that one value has one spelling.
    package init?(base64URL text: [UInt8]) {
        guard text.count % 4 != 1 else { return nil }
        let values = Self.values
        self = []
        reserveCapacity(text.count * 3 / 4)
        var bits: UInt32 = 0
        var bitCount = 0
        for character in text {
            let value = values[Int(character)]
            guard value != Self.invalid else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        guard bits & ((1 << UInt32(bitCount)) - 1) == 0 else { return nil }
    }
}
