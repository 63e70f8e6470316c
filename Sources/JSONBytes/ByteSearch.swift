/// Looks at bytes eight at a time, where most of them are not what is sought. After Sean Eron Anderson, "Bit Twiddling Hacks",
/// "Determine if a word has a byte less than n".
package enum ByteSearch {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// The first place, from one on, of a byte; the end where there is none.
    package static func place(
        of byte: UInt8, in bytes: UnsafeRawBufferPointer, from start: Int = 0
    ) -> Int {
        let pattern = ones &* UInt64(byte)
        return place(in: bytes, from: start) { word in
            let difference = word ^ pattern
            return (difference &- ones) & ~difference
        } orByte: {
            $0 == byte
        }
    }

    /// The first place, from one on, of a byte that a JSON string has only behind a backslash, or of its end: a quote, a
    /// backslash, or a control character.
    package static func placeOfSpecial(in bytes: UnsafeRawBufferPointer, from start: Int = 0) -> Int {
        place(in: bytes, from: start) { word in
            JSONCursor.specialBytes(in: word)
        } orByte: {
            $0.needsJSONEscape
        }
    }

    /// Whether all of them are ASCII that a JSON string has as it is: no quote, backslash or control character.
    package static func areAllPlainInString(_ bytes: UnsafeRawBufferPointer) -> Bool {
        func isPlain(_ word: UInt64) -> Bool {
            (JSONCursor.specialBytes(in: word) | word) & highBits == 0
        }
        func word(at place: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self) }
        guard bytes.count >= 8 else { return bytes.isEmpty || isPlain(shortWord(bytes)) }
        var place = 0
        while place + 8 <= bytes.count {
            guard isPlain(word(at: place)) else { return false }
            place += 8
        }
        // The last eight, some of them for the second time.
        return isPlain(word(at: bytes.count - 8))
    }

    /// All of one to seven bytes, some of them twice, and spaces.
    @inline(__always)
    private static func shortWord(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        func half(at place: Int) -> UInt64 {
            UInt64(bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
        }
        guard bytes.count < 4 else { return half(at: 0) | half(at: bytes.count - 4) << 32 }
        return UInt64(bytes[0]) | UInt64(bytes[bytes.count / 2]) << 8 | UInt64(bytes[bytes.count - 1]) << 16
            | ones &* 0x20 << 24
    }

    /// Whether all of them are printable ASCII.
    package static func areAllPrintable(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let end = place(in: bytes, from: 0) { word in
            (word &- ones &* 0x20) & ~word | word | (word &+ ones)
        } orByte: {
            !(0x20..<0x7F).contains($0)
        }
        return end == bytes.count
    }

    /// Whether all of them are ASCII.
    package static func areAllASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        placeOfOther(in: bytes, from: 0) == bytes.count
    }

    /// The first place, from one on, of a byte that is not ASCII; the end where there is none.
    static func placeOfOther(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        place(in: bytes, from: start, marks: { $0 }, orByte: { $0 >= 0x80 })
    }

    /// Whether all of them are ASCII, and none is a backslash: a JSON text that stands for itself.
    package static func areAllPlainASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let backslashes = ones &* UInt64(UInt8(ascii: "\\"))
        let end = place(in: bytes, from: 0) { word in
            let difference = word ^ backslashes
            return (difference &- ones) & ~difference | word
        } orByte: {
            $0 >= 0x80 || $0 == UInt8(ascii: "\\")
        }
        return end == bytes.count
    }

    /// Whether two runs of bytes are the same: an array's `==` compares byte by byte.
    package static func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        var place = 0
        while place + 8 <= left.count {
            guard
                left.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                    == right.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            else { return false }
            place += 8
        }
        while place < left.count {
            guard left[place] == right[place] else { return false }
            place += 1
        }
        return true
    }

    /// `marks` sets the highest bit of the first byte that is sought and of none before it, and perhaps of others behind.
    @inline(__always)
    private static func place(
        in bytes: UnsafeRawBufferPointer, from start: Int, marks: (UInt64) -> UInt64,
        orByte isSought: (UInt8) -> Bool
    ) -> Int {
        var place = start
        while place + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            let found = marks(word) & highBits
            if found != 0 { return place + found.trailingZeroBitCount / 8 }
            place += 8
        }
        while place < bytes.count, !isSought(bytes[place]) { place += 1 }
        return place
    }
}

extension ArraySlice<UInt8> {
    /// The first place of a byte; nil where there is none.
    package func place(of byte: UInt8) -> Int? {
        let offset = withUnsafeBytes { ByteSearch.place(of: byte, in: $0) }
        return offset < count ? startIndex + offset : nil
    }
}

extension [UInt8] {
    /// Whether all bytes are printable ASCII.
    package var isPrintableASCII: Bool { withUnsafeBytes { ByteSearch.areAllPrintable($0) } }
}
