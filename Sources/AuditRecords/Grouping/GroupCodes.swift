/// Numbers for what groups are called, so that a record is counted without making a value of it.
///
/// A value has one number, however it is written. Bounded by whoever asks: ``byteCount``.
package struct GroupCodes {
    /// What has been seen as it is written: a text, or a word or number.
    private struct Spelling {
        let isText: Bool
        let start: Int
        let count: Int
        let code: Int
    }

    /// The values, by their numbers.
    package private(set) var values: [GroupValue] = []
    private var codes: [GroupValue: Int] = [:]
    /// Numbers of spellings by their hash, in a table whose size is a power of two; -1 for a free place.
    private var places: [Int32]
    private var spellings: [Spelling] = []
    private var text: [UInt8] = []

    private static let fewestPlaces = 64

    /// Of nothing yet.
    package init() { places = Self.free(Self.fewestPlaces) }

    private static func free(_ count: Int) -> [Int32] { [Int32](repeating: -1, count: count) }

    /// The bytes that it takes of memory, but for some hundred for each value.
    package var byteCount: Int { 2 * text.count + 32 * spellings.count }

    /// The number of a value.
    package mutating func code(of value: GroupValue) -> Int {
        if let code = codes[value] { return code }
        let code = values.count
        values.append(value)
        codes[value] = code
        return code
    }

    /// The number of a text, or of a number, true, false or null of JSON. Costs a look at its bytes once it has been seen.
    package mutating func code(of bytes: UnsafeBufferPointer<UInt8>, isText: Bool) -> Int {
        let place = place(of: bytes, isText)
        if places[place] >= 0 { return spellings[Int(places[place])].code }
        let code = code(of: isText ? .text(Identifier(Array(bytes))) : GroupValue(word: Array(bytes)))
        places[place] = Int32(spellings.count)
        spellings.append(Spelling(isText: isText, start: text.count, count: bytes.count, code: code))
        text.append(contentsOf: bytes)
        if 2 * spellings.count > places.count { grow() }
        return code
    }

    /// Where a spelling is, or is to be.
    private func place(of bytes: UnsafeBufferPointer<UInt8>, _ isText: Bool) -> Int {
        var hasher = Hasher()
        hasher.combine(isText)
        hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        var place = hasher.finalize() & (places.count - 1)
        while places[place] >= 0 {
            let known = spellings[Int(places[place])]
            if known.isText == isText, known.count == bytes.count,
                text[known.start..<known.start + known.count].elementsEqual(bytes)
            {
                return place
            }
            place = (place + 1) & (places.count - 1)
        }
        return place
    }

    private mutating func grow() {
        places = Self.free(2 * places.count)
        text.withUnsafeBufferPointer { text in
            for (number, known) in spellings.enumerated() {
                let bytes = UnsafeBufferPointer(rebasing: text[known.start..<known.start + known.count])
                var hasher = Hasher()
                hasher.combine(known.isText)
                hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
                var place = hasher.finalize() & (places.count - 1)
                while places[place] >= 0 { place = (place + 1) & (places.count - 1) }
                places[place] = Int32(number)
            }
        }
    }
}

extension GroupValue {
    /// The value of a number, true, false or null of JSON.
    fileprivate init(word: [UInt8]) {
        switch word.first {
        case UInt8(ascii: "t"): self = .boolean(true)
        case UInt8(ascii: "f"): self = .boolean(false)
        case UInt8(ascii: "n"): self = .none
        default: self = GroupValue(number: word[...])
        }
    }
}
