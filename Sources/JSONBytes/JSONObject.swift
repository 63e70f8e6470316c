/// The members of a JSON object, in order, with where their values stand in its text.
///
/// Half of a surrogate pair may stand in a string, as RFC 8259 allows it: whoever asks for the text of that string is told.
package struct JSONObject {
    /// A name and where its value stands.
    package struct Member {
        /// The name, its escapes decoded.
        package let name: [UInt8]
        /// Where the name stands, its quotes included.
        package let nameRange: Range<Int>
        /// Where the value stands.
        package let value: Range<Int>
    }

    private let text: JSONCursor
    /// In the order of the text, those of one name as often as they stand there.
    package let members: [Member]

    /// The text, with the zeros behind it that a cursor needs.
    package var bytes: [UInt8] { text.bytes }

    /// Reads a text that is one JSON object, whose values nest so deep at most. Checks all of the text's grammar.
    package init(_ text: [UInt8], depth: Int = JSONCursor.maximumDepth) throws(JSONFault) {
        var cursor = try JSONCursor(text, allowsHalfPairs: true)
        try self.init(&cursor, depth)
        try cursor.end()
    }

    private init(_ cursor: inout JSONCursor, _ depth: Int) throws(JSONFault) {
        var members: [Member] = []
        try cursor.members { cursor, name throws(JSONFault) in
            let (name, nameRange) = (try cursor.text(name), name.range)
            let value = try cursor.value(below: depth)
            members.append(Member(name: name, nameRange: nameRange, value: value))
        }
        self.members = members
        text = cursor
    }

    /// The object that stands as a value at a place; nil where another value does.
    package func object(at value: Range<Int>) -> JSONObject? {
        var cursor = cursor(at: value)
        return try? JSONObject(&cursor, .max)
    }

    /// The elements of the array that stands as a value at a place; nil where another value does.
    package func elements(at value: Range<Int>) -> [Range<Int>]? {
        var cursor = cursor(at: value)
        var elements: [Range<Int>] = []
        let result: Void? = try? cursor.elements { cursor throws(JSONFault) in
            elements.append(try cursor.value(below: .max))
        }
        return result.map { elements }
    }

    /// The text of the string that stands as a value at a place; nil where another value does, or half of a surrogate
    /// pair in it.
    package func string(at value: Range<Int>) -> [UInt8]? {
        isString(value) ? decodeJSONString(bytes[value]) : nil
    }

    /// The text of a member's value that is a string; nil for another value, and for half of a surrogate pair.
    package func string(_ member: Member) -> [UInt8]? { string(at: member.value) }

    /// Whether the value at a place is a string.
    func isString(_ value: Range<Int>) -> Bool { bytes[value.lowerBound] == UInt8(ascii: "\"") }

    /// The name of the first member that stands twice, if there is one.
    package var repeatedName: [UInt8]? {
        var seen: Set<[UInt8]> = []
        return members.first { !seen.insert($0.name).inserted }?.name
    }

    private func cursor(at value: Range<Int>) -> JSONCursor {
        var cursor = text
        cursor.position = value.lowerBound
        return cursor
    }
}
