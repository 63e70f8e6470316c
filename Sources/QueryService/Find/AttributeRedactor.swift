internal import AuditRecords
internal import AuditStores
package import JSONBytes

extension HiddenAttributes {
    /// What is left of a record's attributes for filters and searches; nil where all is.
    var sight: Sight? {
        guard !isEmpty else { return nil }
        return { record throws(StoreError) in
            var visible: [UInt8] = []
            do throws(JSONFault) {
                try appendVisible(of: record.attributes, to: &visible)
            } catch {
                throw StoreError(.unreadable, "a record in the store has attributes that are no JSON object")
            }
            return visible
        }
    }

    /// A record's attributes without what is hidden.
    ///
    /// - Throws: when they are no JSON object.
    package func visible(of attributes: [UInt8]) throws(JSONFault) -> [UInt8] {
        var visible: [UInt8] = []
        try appendVisible(of: attributes, to: &visible)
        return visible
    }

    /// Appends a record's attributes, the text of a JSON object, without what is hidden; objects that are left empty stay.
    ///
    /// - Throws: when the text is none. What was appended is then of no use.
    func appendVisible(of attributes: [UInt8], to body: inout [UInt8]) throws(JSONFault) {
        var redactor = try AttributeRedactor(self, attributes)
        try redactor.run(&body)
    }
}

/// Walks once over the text of a record's attributes and copies what is not hidden, in runs as long as can be. White space
/// goes where something may be hidden, so that it tells nothing of what stood there.
private struct AttributeRedactor {
    private let hidden: HiddenAttributes
    private let bytes: [UInt8]
    private var cursor: JSONCursor
    /// Visible bytes, one behind the other, that are not yet copied.
    private var pending = 0..<0
    /// How many objects and arrays the cursor is in.
    private var depth = 0

    init(_ hidden: HiddenAttributes, _ bytes: [UInt8]) throws(JSONFault) {
        self.hidden = hidden
        self.bytes = bytes
        cursor = try JSONCursor(bytes, allowsHalfPairs: true)
    }

    mutating func run(_ body: inout [UInt8]) throws(JSONFault) {
        guard cursor.peek() == UInt8(ascii: "{") else { throw cursor.fault("'{' was expected") }
        try container(hidden.branches, &body)
        try cursor.end()
        body.append(contentsOf: bytes[pending])
    }

    /// A value below which paths go on by `branches`.
    private mutating func value(
        _ branches: [HiddenAttributes.Branch], _ body: inout [UInt8]
    ) throws(JSONFault) {
        let first = cursor.peek()
        let isContainer = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        guard isContainer, !hidden.isShallow || !branches.isEmpty else {
            return keep(try skippedValue(), &body)
        }
        try container(branches, &body)
    }

    private mutating func container(
        _ branches: [HiddenAttributes.Branch], _ body: inout [UInt8]
    ) throws(JSONFault) {
        // The attributes themselves, and what may be in them: those that a store has already stay readable.
        try cursor.checkDepth(depth - 1, below: JSONCursor.maximumSkippedDepth)
        depth += 1
        if cursor.accept("{") {
            keepPassedByte(&body)
            try members(branches, &body)
        } else {
            try cursor.expect("[")
            keepPassedByte(&body)
            try elements(branches, &body)
        }
        keepPassedByte(&body)
        depth -= 1
    }

    /// The members of an object, and its end.
    private mutating func members(
        _ branches: [HiddenAttributes.Branch], _ body: inout [UInt8]
    ) throws(JSONFault) {
        guard !cursor.accept("}") else { return }
        var isFirst = true
        repeat {
            // Of no use before the first one.
            let comma = cursor.position - 1..<cursor.position
            let name = try cursor.string().range
            try cursor.expect(":")
            let colon = cursor.position - 1..<cursor.position
            guard let visible = visibility(of: name, branches) else {
                _ = try skippedValue()
                continue
            }
            if !isFirst { keep(comma, &body) }
            isFirst = false
            keep(name, &body)
            keep(colon, &body)
            try value(visible, &body)
        } while cursor.accept(",")
        try cursor.expect("}")
    }

    /// The elements of an array, and its end.
    private mutating func elements(
        _ branches: [HiddenAttributes.Branch], _ body: inout [UInt8]
    ) throws(JSONFault) {
        guard !cursor.accept("]") else { return }
        try value(branches, &body)
        while cursor.accept(",") {
            keepPassedByte(&body)
            try value(branches, &body)
        }
        try cursor.expect("]")
    }

    private mutating func skippedValue() throws(JSONFault) -> Range<Int> {
        try cursor.value(depth: depth - 1, below: JSONCursor.maximumSkippedDepth)
    }

    /// How paths go on below a member of this name; nil when it is hidden. A name with half of a surrogate pair is like
    /// none that can be hidden.
    private func visibility(
        of name: Range<Int>, _ branches: [HiddenAttributes.Branch]
    ) -> [HiddenAttributes.Branch]? {
        let content = bytes[name.lowerBound + 1..<name.upperBound - 1]
        guard content.contains(UInt8(ascii: "\\")) else { return visibility(of: content, branches) }
        guard let decoded = decodeJSONString(bytes[name]) else { return [] }
        return visibility(of: decoded[...], branches)
    }

    private func visibility(
        of name: ArraySlice<UInt8>, _ branches: [HiddenAttributes.Branch]
    ) -> [HiddenAttributes.Branch]? {
        if hidden.contains(name) { return nil }
        guard let branch = branches.branch(named: name) else { return [] }
        return branch.isHidden ? nil : branch.branches
    }

    /// A bracket or comma.
    private mutating func keepPassedByte(_ body: inout [UInt8]) {
        keep(cursor.position - 1..<cursor.position, &body)
    }

    private mutating func keep(_ range: Range<Int>, _ body: inout [UInt8]) {
        if range.lowerBound == pending.upperBound {
            pending = pending.lowerBound..<range.upperBound
        } else {
            body.append(contentsOf: bytes[pending])
            pending = range
        }
    }
}
