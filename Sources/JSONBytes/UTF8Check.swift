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
        while true {
            let start = text.withUnsafeBytes { ByteSearch.placeOfOther(in: $0, from: place) }
            guard start < text.count else { return nil }
            var end = min(start + pieceByteCount, text.count)
            while end < text.count, text[end] >= 0x80 { end += 1 }
            do throws(UTF8.ValidationError) {
                _ = try UTF8Span(validating: text.span.extracting(start..<end))
            } catch {
                return start + error.byteOffsets.lowerBound
            }
            place = end
        }
    }
}
