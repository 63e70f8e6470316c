internal import JSONBytes

/// Finds where a JSON value ends, or from where on it is none, over a text that comes in pieces.
///
/// It remembers no more than the containers that it is in, so a value may have any length. What it passes is JSON but for its
/// encoding (RFC 8259).
struct JSONScanner {
    /// How far it has come.
    enum Outcome {
        /// The value goes on behind what there is.
        case more
        /// It ends before the place.
        case end
        /// The byte at the place cannot stand there.
        case broken
    }

    private enum State {
        /// Before a value; before the first of an array, or its end.
        case value, firstValue
        /// Before a member's name; before the first of an object, or its end.
        case name, firstName
        case colon
        /// Behind a value of a container.
        case behind
        case string, escape, digits
        case word
    }

    private var state = State.value
    /// The bytes that end the containers it is in, those of the innermost last.
    private var ends: [UInt8] = []
    private var isName = false
    /// Hexadecimal digits of an escape that are to come.
    private var digitCount = 0
    private var word = JSONWord()
    /// Where the last name of the outermost object begins.
    private var nameStart = 0
    private var envelopes: [StaticString]

    /// Where the array begins whose elements are events: the value itself, or the first member of an envelope's name.
    private(set) var eventsPlace: Int?

    /// Before a value, which may be an envelope with these names for its events.
    init(envelopes: [StaticString] = []) {
        self.envelopes = envelopes
    }

    /// Behind the first member of an object.
    static var insideObject: JSONScanner {
        var scanner = JSONScanner()
        scanner.ends = [UInt8(ascii: "}")]
        scanner.state = .behind
        return scanner
    }

    /// What it passes from here on is not kept, so no events are looked for in it.
    mutating func lookForNothing() {
        envelopes = []
    }

    /// So many bytes have gone from the beginning of the text.
    mutating func shift(by count: Int) {
        nameStart -= count
        eventsPlace = eventsPlace.map { $0 - count }
    }

    /// Goes on at a place of a text, whose bytes before it are those that it has passed.
    mutating func scan(_ text: [UInt8], from place: inout Int) -> Outcome {
        while place < text.count {
            if state == .string {
                passPlain(text, &place)
                guard place < text.count else { return .more }
            } else if state == .word {
                switch word.take(text[place]) {
                case .more:
                    place += 1
                    continue
                case .end:
                    if endValue() { return .end }
                    continue
                case .broken: return .broken
                }
            }
            let byte = text[place]
            if byte.isSpace, state != .string, state != .escape, state != .digits {
                place += 1
                continue
            }
            guard take(byte, text, place) else { return .broken }
            place += 1
            if state == .behind, ends.isEmpty { return .end }
        }
        return .more
    }

    /// Passes what is plain in a string.
    private func passPlain(_ text: [UInt8], _ place: inout Int) {
        place = text.withUnsafeBytes { ByteSearch.placeOfSpecial(in: $0, from: place) }
    }

    /// Takes a byte that is no white space between tokens; false if it cannot stand there.
    private mutating func take(_ byte: UInt8, _ text: [UInt8], _ place: Int) -> Bool {
        switch state {
        case .string: return takeInString(byte)
        case .escape:
            digitCount = byte == UInt8(ascii: "u") ? 4 : 0
            state = digitCount > 0 ? .digits : .string
            return digitCount > 0 || "\"\\/bfnrt".utf8.contains(byte)
        case .digits:
            digitCount -= 1
            if digitCount == 0 { state = .string }
            return byte.isHexadecimal
        case .colon:
            state = .value
            return byte == UInt8(ascii: ":")
        case .behind: return takeBehind(byte)
        case .name, .firstName:
            if state == .firstName, byte == UInt8(ascii: "}") { return close(byte) }
            if ends.count == 1 { nameStart = place }
            (state, isName) = (.string, true)
            return byte == UInt8(ascii: "\"")
        case .firstValue where byte == UInt8(ascii: "]"): return close(byte)
        case .value, .firstValue: return takeValue(byte, text, place)
        case .word: return false
        }
    }

    private mutating func takeInString(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"): state = .escape
        case UInt8(ascii: "\""): state = isName ? .colon : .behind
        default: return false
        }
        return true
    }

    private mutating func takeBehind(_ byte: UInt8) -> Bool {
        guard byte == UInt8(ascii: ",") else { return close(byte) }
        state = ends.last == UInt8(ascii: "}") ? .name : .value
        return true
    }

    private mutating func takeValue(_ byte: UInt8, _ text: [UInt8], _ place: Int) -> Bool {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard ends.count < JSONText.maximumDepth else { return false }
            if byte == UInt8(ascii: "[") { noteArray(text, place) }
            // "]" and "}" stand two behind their beginnings in ASCII.
            ends.append(byte + 2)
            state = byte == UInt8(ascii: "{") ? .firstName : .firstValue
        case UInt8(ascii: "\""): (state, isName) = (.string, false)
        default:
            guard let word = JSONWord(first: byte) else { return false }
            self.word = word
            state = .word
        }
        return true
    }

    private mutating func close(_ byte: UInt8) -> Bool {
        guard ends.last == byte else { return false }
        ends.removeLast()
        state = .behind
        return true
    }

    /// Whether the value that ends here is the whole.
    private mutating func endValue() -> Bool {
        state = .behind
        return ends.isEmpty
    }

    private mutating func noteArray(_ text: [UInt8], _ place: Int) {
        guard eventsPlace == nil else { return }
        if ends.isEmpty { eventsPlace = place }
        guard ends.count == 1, ends[0] == UInt8(ascii: "}"), !envelopes.isEmpty else { return }
        let name = text[(nameStart + 1)...].prefix { $0 != UInt8(ascii: "\"") }
        let isEnvelope = envelopes.contains { envelope in
            envelope.withUTF8Buffer { name.elementsEqual($0) }
        }
        if isEnvelope { eventsPlace = place }
    }
}
