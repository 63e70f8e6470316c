/// Unicode's simple case folding: each character has one that stands for it whatever its case (The Unicode Standard, section
/// 5.18; CaseFolding.txt, statuses C and S). No character becomes two, nothing depends on a language, and nothing is
/// normalised: `ß` is not `ss`, and the two spellings of `é` stay two.
enum CaseFolding {
    /// The character that stands for one.
    static func folded(_ character: UInt32) -> UInt32 {
        guard character >= 0x80 else {
            return character &- 0x41 < 26 ? character | 0x20 : character
        }
        // The last run that begins at the character or before it.
        var (low, high) = (0, runs.count / 4)
        while low < high {
            let middle = (low + high) / 2
            if runs[4 * middle] <= Int32(character) { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return character }
        let run = 4 * (low - 1)
        let distance = Int32(character) - runs[run]
        guard Int32(character) <= runs[run + 1], distance % runs[run + 2] == 0 else { return character }
        return UInt32(Int32(character) + runs[run + 3])
    }

    /// A text with each character folded. What is no UTF-8 stays as it is.
    static func folded(_ text: Span<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 16)
        var place = 0
        while place < text.count {
            let (character, length) = character(of: text, at: place)
            let other = folded(character)
            if character < 0x80 {
                result.append(UInt8(truncatingIfNeeded: other))
            } else if other != character, let encoded = Unicode.Scalar(other).flatMap(UTF8.encode) {
                result.append(contentsOf: encoded)
            } else {
                for offset in 0..<length { result.append(text[place + offset]) }
            }
            place += length
        }
        return result
    }

    /// The character that begins at a place, and how many bytes it takes; one byte that begins none stands for U+FFFD.
    @inline(__always)
    private static func character(of text: Span<UInt8>, at place: Int) -> (character: UInt32, length: Int) {
        let first = text[place]
        guard first >= 0x80 else { return (UInt32(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, place + length <= text.count else { return (0xFFFD, 1) }
        var character = UInt32(first) & (0xFF >> UInt32(length + 1))
        for offset in 1..<length {
            let next = text[place + offset]
            guard next & 0xC0 == 0x80 else { return (0xFFFD, 1) }
            character = character << 6 | UInt32(next & 0x3F)
        }
        return (character, length)
    }
}
