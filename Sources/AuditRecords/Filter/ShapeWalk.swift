internal import JSONBytes

/// What a filter does on its way through a shape, step by step.
///
/// Kinds and nodes are apart: most steps ask nothing, and one that had room for a node would count references on each row.
struct ShapeSteps: Sendable {
    /// What stands at a place, or is done there.
    enum Kind: UInt8, Sendable {
        /// A value of which nothing is asked, and which is only checked.
        case anyString, anyWord
        /// A value that is looked at by the next node.
        case string, word
        /// An object begins or ends that the next node looks at.
        case open, openEmpty, close
    }

    private(set) var kinds: [Kind] = []
    /// The nodes of those steps that ask, in their order.
    private(set) var nodes: [FilterNode] = []

    fileprivate mutating func append(_ kind: Kind, _ node: FilterNode? = nil) {
        kinds.append(kind)
        if let node { nodes.append(node) }
    }
}

/// Goes through a shape as ``FilterWalk`` goes through the records of it.
struct ShapeWalk {
    private var cursor: JSONCursor
    /// Where gaps are in the text that the cursor reads.
    private var gaps: ArraySlice<Int>
    private var steps = ShapeSteps()

    /// What a filter does that looks at `root` for places; without it, each value is only checked.
    static func steps(over shape: [UInt8], _ root: FilterNode?) throws(JSONFault) -> ShapeSteps {
        var walk = try ShapeWalk(shape)
        try walk.object(root)
        guard walk.gaps.isEmpty else { throw walk.cursor.fault("a gap is no value") }
        return walk.steps
    }

    /// Fills the gaps, each with as little as can be, and sees that the text is that of a record.
    private init(_ shape: [UInt8]) throws(JSONFault) {
        var (text, gaps): ([UInt8], [Int]) = ([], [])
        for byte in shape {
            if byte == 0 {
                gaps.append(text.count)
                if text.last != UInt8(ascii: "\"") { text.append(UInt8(ascii: "0")) }
            } else {
                text.append(byte)
            }
        }
        cursor = try JSONCursor(text)
        self.gaps = gaps[...]
        var check = AttributeCheck(cursor, of: .stored)
        try check.pass()
    }

    private mutating func value(_ node: FilterNode?) throws(JSONFault) {
        switch cursor.peek() {
        case UInt8(ascii: "{"): try object(node)
        case UInt8(ascii: "["):
            try cursor.expect("[")
            guard !cursor.accept("]") else { return }
            repeat { try value(node) } while cursor.accept(",")
            try cursor.expect("]")
        case UInt8(ascii: "\""):
            let range = try cursor.string().range
            try passGap(range.lowerBound + 1..<range.upperBound - 1, of: 0)
            let asked = node.flatMap { $0.checks.strings.isEmpty && $0.checks.present == 0 ? nil : $0 }
            steps.append(asked == nil ? .anyString : .string, asked)
        default:
            try passGap(try cursor.number(), of: 1)
            let asked = node.flatMap { $0.checks.bits == 0 ? nil : $0 }
            steps.append(asked == nil ? .anyWord : .word, asked)
        }
    }

    private mutating func object(_ node: FilterNode?) throws(JSONFault) {
        try cursor.expect("{")
        let isEmpty = cursor.peek() == UInt8(ascii: "}")
        let asked = node.flatMap { $0.brackets.isEmpty && $0.checks.present == 0 ? nil : $0 }
        if asked != nil { steps.append(isEmpty ? .openEmpty : .open, asked) }
        if !isEmpty {
            repeat {
                let name = try cursor.string()
                try cursor.expect(":")
                try value(try node?.child(of: name, in: cursor))
            } while cursor.accept(",")
        }
        try cursor.expect("}")
        if asked != nil { steps.append(.close, asked) }
    }

    /// Passes a gap of so many bytes, which is all that stands at a place.
    private mutating func passGap(_ range: Range<Int>, of count: Int) throws(JSONFault) {
        guard gaps.popFirst() == range.lowerBound, range.count == count else {
            throw cursor.fault("a value stands in no gap", at: range.lowerBound)
        }
    }
}
