package import JSONBytes

/// What the records of a group have in common.
package enum GroupValue: Hashable, Sendable {
    /// No value that is no object and no null.
    case none
    /// True or false.
    case boolean(Bool)
    /// The one spelling of all that mean the number.
    case number(Identifier)
    /// A text.
    case text(Identifier)
    /// An hour, a day or a month.
    case time(TimeBucket)

    /// The value of a JSON number, however it is written.
    package init(number: ArraySlice<UInt8>) {
        // Beyond what is compared exactly, only equal spellings are equal for sure.
        self = .number(ExactNumber(number).map { Identifier($0.text) } ?? Identifier(number))
    }

    /// As JSON: time and texts are strings.
    package var json: [UInt8] {
        switch self {
        case .none, .boolean, .number: return name
        case .text, .time:
            var json: [UInt8] = []
            json.append(jsonString: name)
            return json
        }
    }

    /// The bytes that it is called by, which groups are ordered by.
    package var name: [UInt8] {
        switch self {
        case .none: Array("null".utf8)
        case .boolean(let value): Array((value ? "true" : "false").utf8)
        case .number(let name), .text(let name): name.bytes
        case .time(let bucket): bucket.text
        }
    }

    /// The bytes that it takes in JSON, of those whose length differs.
    package var jsonByteCount: Int {
        switch self {
        case .none, .boolean, .time: 0
        case .number(let number): number.bytes.count
        case .text(let text): text.bytes.jsonByteCount
        }
    }

    /// Tells apart what is called the same: null, true and numbers come before the texts that spell them.
    fileprivate var isText: Bool {
        if case .text = self { true } else { false }
    }

    /// Whether `left` comes first where groups have as many records: the order of names.
    package static func precedes(_ left: GroupValue, _ right: GroupValue) -> Bool {
        let (leftName, rightName) = (left.name, right.name)
        guard leftName == rightName else { return leftName.lexicographicallyPrecedes(rightName) }
        return !left.isText && right.isText
    }
}

extension AuditRecord {
    /// The groups that a record is in by a key, each once, of whose attributes these are to be seen: an array stands for each of
    /// its elements, and what has no text, number, true or false is in the group of ``GroupValue/none``.
    ///
    /// - Throws: where the attributes are no text of one object, if they were needed.
    package func values(of key: GroupKey, attributes: [UInt8]) throws(JSONFault) -> [GroupValue] {
        switch key {
        case .time(let unit): return [.time(TimeBucket(unit, of: self.key.instant))]
        case .auditId: return [.text(self.key.auditId)]
        case .systemId: return [.text(self.key.systemId)]
        case .userId: return [.text(userId)]
        case .resourceId: return [.text(resourceId)]
        case .attribute(let path):
            var cursor = try JSONCursor(attributes)
            var search = ScalarSearch()
            try search.pass(&cursor, path.names[...])
            try cursor.end()
            return search.found.isEmpty ? [.none] : Array(search.found)
        }
    }
}

/// Finds the texts, numbers and truth values at a path. Arrays on the way and at its end stand for each of their elements.
private struct ScalarSearch {
    private(set) var found: Set<GroupValue> = []

    /// Passes an object.
    mutating func pass(
        _ cursor: inout JSONCursor, _ names: ArraySlice<Identifier>, depth: Int = 0
    ) throws(JSONFault) {
        try cursor.members { cursor, token throws(JSONFault) in
            if try cursor.text(token) == names.first?.bytes {
                try value(&cursor, names.dropFirst(), depth: depth)
            } else {
                _ = try cursor.value(depth: depth)
            }
        }
    }

    private mutating func value(
        _ cursor: inout JSONCursor, _ names: ArraySlice<Identifier>, depth: Int
    ) throws(JSONFault) {
        switch cursor.peek() {
        case UInt8(ascii: "["):
            try cursor.checkDepth(depth, below: JSONCursor.maximumSkippedDepth)
            try cursor.elements { cursor throws(JSONFault) in try value(&cursor, names, depth: depth + 1) }
        case UInt8(ascii: "{") where !names.isEmpty:
            try cursor.checkDepth(depth, below: JSONCursor.maximumSkippedDepth)
            try pass(&cursor, names, depth: depth + 1)
        case let first where names.isEmpty: try scalar(&cursor, first, depth: depth)
        default: _ = try cursor.value(depth: depth)
        }
    }

    private mutating func scalar(
        _ cursor: inout JSONCursor, _ first: UInt8, depth: Int
    ) throws(JSONFault) {
        switch first {
        case UInt8(ascii: "\""): found.insert(.text(Identifier(try cursor.text(try cursor.string()))))
        case UInt8(ascii: "t"), UInt8(ascii: "f"):
            _ = try cursor.value(depth: depth)
            found.insert(.boolean(first == UInt8(ascii: "t")))
        case UInt8(ascii: "n"), UInt8(ascii: "{"): _ = try cursor.value(depth: depth)
        default: found.insert(GroupValue(number: cursor.bytes[try cursor.number()]))
        }
    }
}
