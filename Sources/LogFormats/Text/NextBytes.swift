/// Where bytes stand next in a text, asked for from places that do not go back. Looks at each byte of the text once for each
/// byte that is sought, however often that is: so a text of beginnings without ends costs no more than any other.
struct NextBytes {
    private let text: ArraySlice<UInt8>
    private var found: [UInt8: Int] = [:]

    init(_ text: ArraySlice<UInt8>) {
        self.text = text
    }

    /// Where a byte stands at a place or behind it; nil where it does not.
    mutating func place(of byte: UInt8, from place: Int) -> Int? {
        if let last = found[byte], last >= place { return last < text.endIndex ? last : nil }
        let next = text[Swift.min(place, text.endIndex)...].firstIndex(of: byte)
        found[byte] = next ?? .max
        return next
    }
}
