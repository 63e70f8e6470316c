internal import JSONBytes

/// Goes through a record once and sets the bits of what passes.
struct FilterWalk {
    /// Those that are set.
    private(set) var bits: FilterProgram.Bits

    /// A walk that begins with some bits set.
    init(_ bits: FilterProgram.Bits = 0) { self.bits = bits }

    /// Looks at a string.
    mutating func take(string text: Span<UInt8>, _ checks: FilterChecks) {
        if !text.isEmpty { bits |= checks.present }
        for (test, bit) in checks.strings where bits & bit == 0 && test.passes(text) { bits |= bit }
    }

    /// Looks at an instant.
    mutating func take(_ instant: Timestamp, _ checks: FilterChecks) {
        bits |= checks.present
        for (order, operand, bit) in checks.instants {
            let isEqual = instant == operand
            if order?.holds(isLess: instant < operand, isEqual: isEqual) ?? isEqual { bits |= bit }
        }
    }

    /// Looks at attributes, the text of one object, as far as there may be more that is asked for.
    mutating func pass(_ attributes: [UInt8], _ root: FilterNode) throws(JSONFault) {
        var cursor = try JSONCursor(attributes)
        var left = root.children.count
        try cursor.expect("{")
        guard !cursor.accept("}") else { return }
        repeat {
            // A name stands once in an object.
            left -= try member(&cursor, root, depth: 0) ? 1 : 0
        } while left > 0 && cursor.accept(",")
    }

    /// A member of an object at a place.
    ///
    /// - Returns: whether it is asked for.
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
        case UInt8(ascii: "\""): try string(&cursor, node.checks)
        case UInt8(ascii: "{"): try object(&cursor, node, depth: depth)
        case UInt8(ascii: "["):
            try cursor.checkDepth(depth, below: JSONCursor.maximumSkippedDepth)
            try cursor.elements { cursor throws(JSONFault) in
                try value(&cursor, node, depth: depth + 1)
            }
        case UInt8(ascii: "t"):
            try cursor.word("true")
            bits |= node.checks.isTrue | node.checks.present
        case UInt8(ascii: "f"):
            try cursor.word("false")
            bits |= node.checks.isFalse | node.checks.present
        case UInt8(ascii: "n"):
            try cursor.word("null")
            bits |= node.checks.isNull
        default:
            let range = try cursor.number()
            take(number: cursor.bytes.span.extracting(range), node.checks)
        }
    }

    /// Looks at a number, true, false or null.
    mutating func take(word text: Span<UInt8>, _ checks: FilterChecks) {
        switch text[0] {
        case UInt8(ascii: "t"): bits |= checks.isTrue | checks.present
        case UInt8(ascii: "f"): bits |= checks.isFalse | checks.present
        case UInt8(ascii: "n"): bits |= checks.isNull
        default: take(number: text, checks)
        }
    }

    private mutating func object(
        _ cursor: inout JSONCursor, _ node: FilterNode, depth: Int
    ) throws(JSONFault) {
        try cursor.checkDepth(depth, below: JSONCursor.maximumSkippedDepth)
        open(node)
        try cursor.expect("{")
        if !cursor.accept("}") {
            takeMember(node)
            repeat { _ = try member(&cursor, node, depth: depth + 1) } while cursor.accept(",")
            try cursor.expect("}")
        }
        close(node)
    }

    /// Begins an object at a place.
    mutating func open(_ node: FilterNode) {
        for brackets in node.brackets { bits &= ~brackets.inner }
    }

    /// Sees that there is something in the object at a place.
    mutating func takeMember(_ node: FilterNode) { bits |= node.checks.present }

    /// Ends an object at a place.
    mutating func close(_ node: FilterNode) {
        for brackets in node.brackets where brackets.condition.isTrue(of: bits) { bits |= brackets.bit }
    }

    private mutating func string(_ cursor: inout JSONCursor, _ checks: FilterChecks) throws(JSONFault) {
        let token = try cursor.string()
        if token.hasEscapes {
            let text = try cursor.text(token)
            take(string: text.span, checks)
        } else {
            let content = token.range.lowerBound + 1..<token.range.upperBound - 1
            take(string: cursor.bytes.span.extracting(content), checks)
        }
    }

    private mutating func take(number text: Span<UInt8>, _ checks: FilterChecks) {
        bits |= checks.present
        for (order, operand, bit) in checks.numbers where bits & bit == 0 {
            let (isLess, isEqual) = operand.compare(text)
            if order?.holds(isLess: isLess, isEqual: isEqual) ?? isEqual { bits |= bit }
        }
    }
}
