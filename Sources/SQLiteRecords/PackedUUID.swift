internal import JSONBytes

/// A UUID in lower case as its 16 bytes, read and written eight digits at a time.
struct PackedUUID: Equatable {
    /// Its halves, the first digit the highest.
    private let high: UInt64
    private let low: UInt64

    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// Nil of a text of another form than `01234567-89ab-cdef-0123-456789abcdef`.
    init?(text: [UInt8]) {
        guard text.count == 36, text[8] == UInt8(ascii: "-"), text[13] == UInt8(ascii: "-"),
            text[18] == UInt8(ascii: "-"), text[23] == UInt8(ascii: "-")
        else { return nil }
        let words = text.withUnsafeBytes { text in
            func half(_ place: Int) -> UInt64 {
                UInt64(UInt32(littleEndian: text.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
            }
            func word(_ place: Int) -> UInt64 { half(place) | half(place + 4) << 32 }
            return (word(0), half(9) | half(14) << 32, half(19) | half(24) << 32, word(28))
        }
        guard let first = Self.number(words.0), let second = Self.number(words.1),
            let third = Self.number(words.2), let fourth = Self.number(words.3)
        else { return nil }
        high = first << 32 | second
        low = third << 32 | fourth
    }

    /// Nil of other than 16 bytes.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// The 16 bytes.
    var bytes: [UInt8] { withBytes { Array($0) } }

    /// Runs `body` with the 16 bytes, which nobody has to keep.
    func withBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try withUnsafeBytes(of: (high.bigEndian, low.bigEndian), body)
    }

    /// The 36 bytes of text.
    var text: [UInt8] {
        [UInt8](atMost: 36) { text in
            let words = (
                Self.digits(high >> 32), Self.digits(high), Self.digits(low >> 32), Self.digits(low)
            )
            func put(_ digits: UInt64, at place: Int) {
                let half = UInt32(truncatingIfNeeded: digits)
                text.storeBytes(of: half.littleEndian, toByteOffset: place, as: UInt32.self)
            }
            put(words.0, at: 0)
            put(words.0 >> 32, at: 4)
            put(words.1, at: 9)
            put(words.1 >> 32, at: 14)
            put(words.2, at: 19)
            put(words.2 >> 32, at: 24)
            put(words.3, at: 28)
            put(words.3 >> 32, at: 32)
            text[8] = UInt8(ascii: "-")
            text[13] = UInt8(ascii: "-")
            text[18] = UInt8(ascii: "-")
            text[23] = UInt8(ascii: "-")
            return 36
        }
    }

    /// The number that eight hexadecimal digits stand for, the first one in the lowest byte; nil of other bytes.
    private static func number(_ text: UInt64) -> UInt64? {
        let letters = (text >> 6) & ones
        let digits = (text & (ones &* 0x0F)) &+ letters &* 9
        guard digits & (ones &* 0xF0) == 0, characters(digits) == text else { return nil }
        var number = digits.byteSwapped
        number = (number | number >> 4) & 0x00FF_00FF_00FF_00FF
        number = (number | number >> 8) & 0x0000_FFFF_0000_FFFF
        return (number | number >> 16) & 0xFFFF_FFFF
    }

    /// The eight digits of the lower half of a number, the first one in the lowest byte.
    private static func digits(_ number: UInt64) -> UInt64 {
        var digits = number & 0xFFFF_FFFF
        digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
        digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
        digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0F
        return characters(digits.byteSwapped)
    }

    /// The digits from 0 to 15, one a byte, as characters.
    private static func characters(_ digits: UInt64) -> UInt64 {
        let areLetters = ((digits &+ ones &* 0x76) >> 7) & ones
        return digits &+ ones &* 0x30 &+ areLetters &* 39
    }
}
