/// base64url without padding (RFC 4648 section 5): safe in a path, a query and a header.
extension [UInt8] {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let invalid: UInt8 = 0xFF
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: invalid, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// These bytes as base64url characters.
    package var base64URL: [UInt8] {
        var text = [UInt8](repeating: 0, count: (count * 4 + 2) / 3)
        var characters = text.mutableSpan
        let alphabet = Self.alphabet.span
        let bytes = span
        var position = 0
        // Three bytes are four characters.
        var index = 0
        while index + 3 <= bytes.count {
            let bits = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
            characters[position] = alphabet[Int(bits >> 18)]
            characters[position + 1] = alphabet[Int(bits >> 12 & 63)]
            characters[position + 2] = alphabet[Int(bits >> 6 & 63)]
            characters[position + 3] = alphabet[Int(bits & 63)]
            index += 3
            position += 4
        }
        guard index < bytes.count else { return text }
        let isPair = index + 1 < bytes.count
        let bits = UInt32(bytes[index]) << 16 | (isPair ? UInt32(bytes[index + 1]) << 8 : 0)
        characters[position] = alphabet[Int(bits >> 18)]
        characters[position + 1] = alphabet[Int(bits >> 12 & 63)]
        if isPair { characters[position + 2] = alphabet[Int(bits >> 6 & 63)] }
        return text
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
