internal import JSONBytes

/// One JSON value and all within it, as places in its text: read once, nothing copied.
///
/// A reference: its values go through many hands.
final class JSONText: Sendable {
    /// What a value is.
    enum Kind: UInt8 {
        case object, array, string, number, isTrue, isFalse, null
    }

    /// A value, or the name of a member, which stands before its value.
    struct Node {
        let kind: Kind
        let hasEscapes: Bool
        let start: Int32
        /// Behind its last byte.
        var end: Int32
        /// The node behind it and all within it.
        var next: Int32
    }

    /// The text, and the zeros that a cursor needs.
    let bytes: [UInt8]
    /// In the order of the text.
    let nodes: [Node]

    /// So deep may values nest: more than any producer writes, and little enough for any thread's stack.
    static let maximumDepth = 512

    /// Reads a text that is one value. Checks all of its grammar.
    init(_ text: [UInt8]) throws(JSONFault) {
        var cursor = try JSONCursor(text, allowsHalfPairs: true)
        var reader = NodeReader(byteCount: text.count)
        try reader.value(&cursor, depth: 0)
        try cursor.end()
        bytes = cursor.bytes
        nodes = reader.nodes
    }

    /// The value that it is.
    var root: JSONValue { JSONValue(text: self, index: 0) }
}

/// Makes the nodes of a text.
private struct NodeReader {
    var nodes: [JSONText.Node] = []

    /// Of a text of so many bytes.
    init(byteCount: Int) { nodes.reserveCapacity(byteCount / 20 + 8) }

    mutating func value(_ cursor: inout JSONCursor, depth: Int) throws(JSONFault) {
        let first = cursor.peek()
        let (start, index) = (cursor.position, nodes.count)
        switch first {
        case UInt8(ascii: "{"):
            try cursor.checkDepth(depth, below: JSONText.maximumDepth)
            append(.object, start..<start)
            try cursor.members { cursor, name throws(JSONFault) in
                append(.string, name.range, hasEscapes: name.hasEscapes)
                try value(&cursor, depth: depth + 1)
            }
        case UInt8(ascii: "["):
            try cursor.checkDepth(depth, below: JSONText.maximumDepth)
            append(.array, start..<start)
            try cursor.elements { cursor throws(JSONFault) in try value(&cursor, depth: depth + 1) }
        case UInt8(ascii: "\""):
            let token = try cursor.string()
            append(.string, token.range, hasEscapes: token.hasEscapes)
        case UInt8(ascii: "t"):
            try cursor.word("true")
            append(.isTrue, start..<start)
        case UInt8(ascii: "f"):
            try cursor.word("false")
            append(.isFalse, start..<start)
        case UInt8(ascii: "n"):
            try cursor.word("null")
            append(.null, start..<start)
        default: append(.number, try cursor.number())
        }
        nodes[index].end = Int32(cursor.position)
        nodes[index].next = Int32(nodes.count)
    }

    private mutating func append(_ kind: JSONText.Kind, _ range: Range<Int>, hasEscapes: Bool = false) {
        nodes.append(
            JSONText.Node(
                kind: kind, hasEscapes: hasEscapes, start: Int32(range.lowerBound),
                end: Int32(range.upperBound), next: Int32(nodes.count + 1)))
    }
}
