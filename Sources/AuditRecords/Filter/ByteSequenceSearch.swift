internal import JSONBytes

/// Finds bytes in others, eight places at a time, and in a time that grows with their number only, whatever they are: where
/// much looks like what is sought and is not, it goes on as Knuth, Morris and Pratt do.
struct ByteSequenceSearch: Sendable {
    private let sought: [UInt8]
    /// For each of its bytes, the bit that makes a capital letter of ASCII a small one, where case does not count; else zero.
    private let caseBits: [UInt8]
    /// For each of its bytes, how many of the last ones up to it are its first ones, too.
    private let borders: [Int]

    /// A search for these bytes. `ignoringCase` lets a small letter of ASCII among them stand for the capital one, too.
    init(_ sought: [UInt8], ignoringCase: Bool = false) {
        self.sought = sought
        caseBits = sought.map { ignoringCase && $0 &- UInt8(ascii: "a") < 26 ? 0x20 : 0 }
        var borders = [Int](repeating: 0, count: sought.count)
        var length = 0
        for place in sought.indices.dropFirst() {
            while length > 0, sought[place] != sought[length] { length = borders[length - 1] }
            if sought[place] == sought[length] { length += 1 }
            borders[place] = length
        }
        self.borders = borders
    }

    /// Whether they stand in a text, one behind the other.
    func isFound(in text: Span<UInt8>) -> Bool {
        guard !sought.isEmpty else { return true }
        return text.withUnsafeBytes { bytes in
            var (place, compared) = (0, 0)
            while let candidate = self.candidate(in: bytes, from: place) {
                let agreeing = agreement(in: bytes, at: candidate)
                if agreeing == sought.count { return true }
                place = candidate + 1
                compared += agreeing
                if compared > bytes.count { return isFoundInOnePass(in: bytes, from: place) }
            }
            return false
        }
    }

    /// The first place, from one on, where the first byte and the last one agree; nil where there is none.
    private func candidate(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let distance = sought.count - 1
        let end = bytes.count - distance
        let ones: UInt64 = 0x0101_0101_0101_0101
        let (first, firstCase) = (ones &* UInt64(sought[0]), ones &* UInt64(caseBits[0]))
        let (last, lastCase) = (ones &* UInt64(sought[distance]), ones &* UInt64(caseBits[distance]))
        var place = start
        while place + 8 <= end {
            let begins = (bytes.littleEndianWord(at: place) | firstCase) ^ first
            let ends = (bytes.littleEndianWord(at: place + distance) | lastCase) ^ last
            let differences = begins | ends
            // The highest bit of the first byte that is zero is set, and of none before it.
            let marks = (differences &- ones) & ~differences & (ones &* 0x80)
            if marks != 0 { return place + marks.trailingZeroBitCount / 8 }
            place += 8
        }
        while place < end {
            if agrees(bytes[place], 0), agrees(bytes[place + distance], distance) { return place }
            place += 1
        }
        return nil
    }

    /// How many bytes from a place on are those that are sought.
    private func agreement(in bytes: UnsafeRawBufferPointer, at start: Int) -> Int {
        var count = 0
        while count < sought.count, agrees(bytes[start + count], count) { count += 1 }
        return count
    }

    @inline(__always)
    private func agrees(_ byte: UInt8, _ index: Int) -> Bool { byte | caseBits[index] == sought[index] }

    /// After Knuth, Morris and Pratt: looks at each byte once.
    private func isFoundInOnePass(in bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
        var length = 0
        for place in start..<bytes.count {
            while length > 0, !agrees(bytes[place], length) { length = borders[length - 1] }
            if agrees(bytes[place], length) { length += 1 }
            if length == sought.count { return true }
        }
        return false
    }
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    fileprivate func littleEndianWord(at place: Int) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }
}
