/// Whether a text is UTF-8 (RFC 3629).
enum UTF8Check {
    /// A piece has at least so many bytes, so that a call for each is little beside its bytes.
    private static let pieceByteCount = 64

    /// Where the first bytes stand that are no UTF-8; nil where all are.
    ///
    /// The standard library takes a word at a time while all of a text is ASCII, and a byte at a time where any of it is not:
    /// a name with an accent made reading a page of DynamoDB take a fifth more. So what is not ASCII is cut out, up to a byte
    /// that is: no character spans that.
    static func firstFault(in text: [UInt8]) -> Int? {
        var place = 0
        while let start = firstOther(in: text, from: place) {
            var end = min(start + pieceByteCount, text.count)
            while end < text.count, text[end] >= 0x80 { end += 1 }
            do throws(UTF8.ValidationError) {
                _ = try UTF8Span(validating: text.span.extracting(start..<end))
            } catch {
                return start + error.byteOffsets.lowerBound
            }
            place = end
        }
        return nil
    }

    /// The first byte from a place on that is not ASCII.
    private static func firstOther(in text: [UInt8], from start: Int) -> Int? {
        let bytes = text.span.bytes
        func others(at place: Int) -> UInt64 {
            let word = bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
            return UInt64(littleEndian: word) & 0x8080_8080_8080_8080
        }
        var place = start
        while place + 32 <= text.count,
            others(at: place) | others(at: place + 8) | others(at: place + 16) | others(at: place + 24) == 0
        {
            place += 32
        }
        while place + 8 <= text.count {
            let others = others(at: place)
            if others != 0 { return place + others.trailingZeroBitCount / 8 }
            place += 8
        }
        while place < text.count {
            if text[place] >= 0x80 { return place }
            place += 1
        }
        return nil
    }
}
