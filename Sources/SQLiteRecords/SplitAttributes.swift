/// Attributes in two parts, for records of one kind have all but their values in common: the text with a zero byte for each
/// value, which no JSON has, and the values. Together they are the text, byte for byte.
struct SplitAttributes: Equatable {
    let shape: [UInt8]
    /// Each with its length before it.
    let values: [UInt8]

    /// The most bytes of a shape.
    static let largestShape = 4096

    /// Nil of what has no shape that is worth keeping. Takes any bytes.
    init?(_ attributes: [UInt8]) {
        guard !attributes.isEmpty, !attributes.contains(0) else { return nil }
        var shape: [UInt8] = []
        var values: [UInt8] = []
        shape.reserveCapacity(attributes.count)
        values.reserveCapacity(attributes.count)
        var place = 0
        while place < attributes.count {
            guard shape.count < Self.largestShape else { return nil }
            let byte = attributes[place]
            switch byte {
            case UInt8(ascii: "\""):
                guard let end = Self.endOfString(attributes, from: place + 1) else { return nil }
                shape.append(byte)
                if Self.isName(attributes, behind: end) {
                    shape.append(contentsOf: attributes[place + 1..<end])
                } else {
                    shape.append(0)
                    values.append(length: end - place - 1)
                    values.append(contentsOf: attributes[place + 1..<end])
                }
                shape.append(byte)
                place = end + 1
            case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
                UInt8(ascii: ","),
                UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"),
                UInt8(ascii: "\r"):
                shape.append(byte)
                place += 1
            default:
                let end = Self.endOfWord(attributes, from: place)
                shape.append(0)
                values.append(length: end - place)
                values.append(contentsOf: attributes[place..<end])
                place = end
            }
        }
        guard shape.count <= Self.largestShape else { return nil }
        self.shape = shape
        self.values = values
    }

    /// The quote that ends a string; nil where there is none.
    private static func endOfString(_ text: [UInt8], from start: Int) -> Int? {
        var place = start
        while place < text.count {
            switch text[place] {
            case UInt8(ascii: "\""): return place
            case UInt8(ascii: "\\"): place += 2
            default: place += 1
            }
        }
        return nil
    }

    private static func isName(_ text: [UInt8], behind end: Int) -> Bool {
        var place = end + 1
        while place < text.count, text[place] <= UInt8(ascii: " ") { place += 1 }
        return place < text.count && text[place] == UInt8(ascii: ":")
    }

    private static func endOfWord(_ text: [UInt8], from start: Int) -> Int {
        text[start...].firstIndex(where: \.endsWord) ?? text.count
    }
}
