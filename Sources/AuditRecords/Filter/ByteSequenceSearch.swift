internal import JSONBytes

/// Finds bytes in others in a time that grows with their number only, whatever they are: no text and no filter makes a
/// search of Knuth, Morris and Pratt slow.
struct ByteSequenceSearch: Sendable {
    private let sought: [UInt8]
    /// For each of its bytes, how many of the last ones up to it are its first ones, too.
    private let borders: [Int]

    /// A search for these bytes.
    init(_ sought: [UInt8]) {
        self.sought = sought
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
        guard let first = sought.first else { return true }
        guard sought.count <= text.count else { return false }
        return text.withUnsafeBytes { bytes in
            var (place, length) = (0, 0)
            while true {
                if length == 0 {
                    place = ByteSearch.place(of: first, in: bytes, from: place)
                    length = 1
                    place += 1
                }
                guard place - length + sought.count <= bytes.count else { return false }
                while length < sought.count, bytes[place] == sought[length] {
                    place += 1
                    length += 1
                }
                guard length < sought.count else { return true }
                length = borders[length - 1]
                if length == 0, bytes[place] != first { place += 1 }
            }
        }
    }
}
