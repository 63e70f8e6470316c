internal import JSONBytes

/// What all answers that come in pages say beside their content, read by a client of them: where the next one begins, and
/// what was searched.
struct AnswerFrame: Sendable {
    private var statesMore: Bool?
    private var statesCursor = false
    private(set) var rangePlace: Range<Int>?
    private(set) var scopePlace: Range<Int>?
    private(set) var nextCursor: String?
    private(set) var start: String?
    private(set) var end: String?
    private(set) var systems: [String] = []

    /// The members that it takes, all of which are in every answer.
    static let members = "hasMore, nextCursor, range, scope"

    /// Passes a member's value, if it is one of these.
    mutating func take(_ name: String, _ reader: inout JSONCursor) throws(JSONFault) -> Bool {
        switch name {
        case "hasMore":
            statesMore = reader.peek() == UInt8(ascii: "t")
            try reader.word(statesMore == true ? "true" : "false")
        case "nextCursor":
            statesCursor = true
            nextCursor = try Self.textOrNull(&reader)
        case "range": rangePlace = try readRange(&reader)
        case "scope": scopePlace = try readScope(&reader)
        default: return false
        }
        return true
    }

    /// Whether all of it was there.
    var isWhole: Bool { rangePlace != nil && scopePlace != nil && statesMore != nil && statesCursor }

    /// Whether it says in one way only whether there is more.
    var isConsistent: Bool { statesMore == (nextCursor != nil) }

    private mutating func readRange(_ reader: inout JSONCursor) throws(JSONFault) -> Range<Int> {
        _ = reader.peek()
        let place = reader.position
        var bounds: (start: String?, end: String?)
        try reader.envelope { reader, name throws(JSONFault) in
            switch String(decoding: name, as: UTF8.self) {
            case "start": bounds.start = try Self.textOrNull(&reader)
            case "end": bounds.end = try Self.textOrNull(&reader)
            default: _ = try reader.value()
            }
        }
        (start, end) = bounds
        return place..<reader.position
    }

    private mutating func readScope(_ reader: inout JSONCursor) throws(JSONFault) -> Range<Int> {
        _ = reader.peek()
        let place = reader.position
        var patterns: [String] = []
        try reader.envelope { reader, name throws(JSONFault) in
            guard name.spells("systems") else {
                _ = try reader.value()
                return
            }
            try reader.elements { reader throws(JSONFault) in
                patterns.append(String(decoding: try reader.text(try reader.string()), as: UTF8.self))
            }
        }
        systems = patterns
        return place..<reader.position
    }

    private static func textOrNull(_ reader: inout JSONCursor) throws(JSONFault) -> String? {
        guard reader.peek() != UInt8(ascii: "n") else {
            try reader.word("null")
            return nil
        }
        return String(decoding: try reader.text(try reader.string()), as: UTF8.self)
    }
}
