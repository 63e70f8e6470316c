internal import JSONBytes

/// Paths whose values an index has, made ready to be looked for in many records.
package struct IndexedPaths: Sendable {
    /// The most paths.
    package static let maximumCount = 16
    /// The most values of a record, all paths together. One with more is found whatever is asked for.
    package static let maximumValueCount = 1000

    /// The same tree as that of a filter which asks whether anything is there, so that nothing stands elsewhere than filters see it.
    private let root: FilterNode

    /// Paths that are no two of them equal, none of which begins with a field.
    package init(_ paths: [AttributePath]) {
        root = FilterProgram(.any(paths.map { .value($0, .present) })).root
    }

    /// What a record has at the paths, each by its number among them: each value that ``RequiredEquality`` may ask for, one
    /// or some times. Nil where they are too many, or the attributes are no JSON object: then it may be anything. Costs one pass
    /// over them.
    package func values(of attributes: [UInt8]) -> [(path: Int, value: IndexedValue)]? {
        var walk = IndexedValueWalk()
        do throws(JSONFault) {
            try walk.pass(attributes, root)
        } catch {
            // As a filter sees it, too.
            guard let readable = try? AuditRecord.readable(attributes: attributes) else { return nil }
            walk = IndexedValueWalk()
            guard (try? walk.pass(readable, root)) != nil else { return nil }
        }
        return walk.found.count <= Self.maximumValueCount ? walk.found : nil
    }
}

/// Goes through a record once, as ``FilterWalk`` does, and keeps what stands at the places that are asked for.
private struct IndexedValueWalk {
    private(set) var found: [(path: Int, value: IndexedValue)] = []

    mutating func pass(_ attributes: [UInt8], _ root: FilterNode) throws(JSONFault) {
        var cursor = try JSONCursor(attributes)
        var left = root.children.count
        try cursor.expect("{")
        guard !cursor.accept("}") else { return }
        repeat {
            left -= try member(&cursor, root, depth: 0) ? 1 : 0
        } while left > 0 && cursor.accept(",")
    }

    /// A member of an object at a place, and whether it is asked for.
    private mutating func member(
        _ cursor: inout JSONCursor, _ node: FilterNode, depth: Int
    ) throws(JSONFault) -> Bool {
        let name = try cursor.string()
        try cursor.expect(":")
        guard let child = try node.child(of: name, in: cursor) else {
            _ = try cursor.value(depth: depth)
            return false
        }
        try value(&cursor, child, depth: depth)
        return true
    }

    private mutating func value(
        _ cursor: inout JSONCursor, _ node: FilterNode, depth: Int
    ) throws(JSONFault) {
        switch cursor.peek() {
        case UInt8(ascii: "\""):
            let token = try cursor.string()
            keep(try string(token, in: cursor), node)
        case UInt8(ascii: "{"):
            try cursor.checkDepth(depth, below: JSONCursor.maximumSkippedDepth)
            try cursor.expect("{")
            guard !cursor.accept("}") else { return }
            repeat { _ = try member(&cursor, node, depth: depth + 1) } while cursor.accept(",")
            try cursor.expect("}")
        case UInt8(ascii: "["):
            try cursor.checkDepth(depth, below: JSONCursor.maximumSkippedDepth)
            try cursor.elements { cursor throws(JSONFault) in
                try value(&cursor, node, depth: depth + 1)
            }
        case UInt8(ascii: "t"):
            try cursor.word("true")
            keep(IndexedValue(word: "true"), node)
        case UInt8(ascii: "f"):
            try cursor.word("false")
            keep(IndexedValue(word: "false"), node)
        case UInt8(ascii: "n"):
            try cursor.word("null")
            keep(IndexedValue(word: "null"), node)
        default:
            let range = try cursor.number()
            keep(IndexedValue(number: cursor.bytes[range]), node)
        }
    }

    private func string(_ token: JSONToken, in cursor: JSONCursor) throws(JSONFault) -> IndexedValue? {
        guard token.hasEscapes else {
            return IndexedValue(string: cursor.bytes[token.range.lowerBound + 1..<token.range.upperBound - 1])
        }
        return IndexedValue(string: try cursor.text(token))
    }

    /// Keeps a value that an index has, if this place is asked for and not only on the way to one.
    private mutating func keep(_ value: IndexedValue?, _ node: FilterNode) {
        guard let value, node.checks.present != 0 else { return }
        // One more than are wanted says that there are too many.
        guard found.count <= IndexedPaths.maximumValueCount else { return }
        found.append((node.checks.present.trailingZeroBitCount, value))
    }
}
