internal import JSONBytes

/// What stands in a record's row under a heading: one of its five fields, all of its attributes, or what stands at a path in
/// them.
package struct RecordColumn: Hashable, Sendable {
    fileprivate enum Place: Hashable {
        case timestamp, userId, systemId, resourceId, auditId
        case attributes
        case path(AttributePath)
    }

    /// As it is written: `userId`, `details.requestId`.
    package let name: String
    fileprivate let place: Place

    /// Reads a column as it is written: the name of a field, `attributes`, or a path.
    ///
    /// - Throws: what is wrong with it as a path.
    package init(_ name: String) throws(AttributePathError) {
        self.name = name
        place =
            switch name {
            case "timestamp": .timestamp
            case "userId": .userId
            case "systemId": .systemId
            case "resourceId": .resourceId
            case "auditId": .auditId
            case "attributes": .attributes
            default: .path(try AttributePath(name))
            }
    }

    /// Whether it is the record's timestamp, as the store spells it.
    package var isTimestamp: Bool { place == .timestamp }
}

extension AuditRecord {
    /// The texts of columns: strings as they are, numbers as they are stored, `true`, `false`, objects and arrays as JSON;
    /// nothing for null and for what is not there. Where a path leads through an array to several values, they are a JSON
    /// array. Costs one pass over the attributes for each column that is a path.
    package func texts(of columns: [RecordColumn]) -> [String] {
        let cursor = try? JSONCursor(attributes)
        return columns.map { text(of: $0, cursor) }
    }

    private func text(of column: RecordColumn, _ cursor: JSONCursor?) -> String {
        switch column.place {
        case .timestamp: String(decoding: key.timestamp, as: UTF8.self)
        case .userId: userId.description
        case .systemId: key.systemId.description
        case .resourceId: resourceId.description
        case .auditId: key.auditId.description
        case .attributes: String(decoding: attributes, as: UTF8.self)
        case .path(let path): cursor.map { Self.text(at: path, $0) } ?? ""
        }
    }

    /// Attributes that cannot be read have nothing at any path.
    private static func text(at path: AttributePath, _ cursor: JSONCursor) -> String {
        var search = PathSearch(cursor: cursor)
        guard (try? search.pass(path.names[...])) != nil else { return "" }
        guard search.found.count != 1 else { return search.text(of: search.found[0]) }
        guard !search.found.isEmpty else { return "" }
        return "[\(search.found.map(search.json).joined(separator: ","))]"
    }
}

/// Finds the values at a path. Arrays on the way stand for each of their elements.
private struct PathSearch {
    var cursor: JSONCursor
    /// Where the values stand, nulls left out.
    var found: [Range<Int>] = []

    init(cursor: JSONCursor) {
        self.cursor = cursor
    }

    /// Passes one value.
    mutating func pass(_ names: ArraySlice<Identifier>) throws(JSONFault) {
        switch (names.first, cursor.peek()) {
        case (nil, let first):
            let value = try cursor.value()
            if first != UInt8(ascii: "n") { found.append(value) }
        case (let name?, UInt8(ascii: "{")): try passMembers(of: name, names.dropFirst())
        case (_, UInt8(ascii: "[")):
            try cursor.expect("[")
            guard !cursor.accept("]") else { return }
            repeat { try pass(names) } while cursor.accept(",")
            try cursor.expect("]")
        default: _ = try cursor.value()
        }
    }

    private mutating func passMembers(
        of name: Identifier, _ rest: ArraySlice<Identifier>
    ) throws(JSONFault) {
        try cursor.expect("{")
        guard !cursor.accept("}") else { return }
        repeat {
            let token = try cursor.string()
            try cursor.expect(":")
            if try cursor.text(token) == name.bytes {
                try pass(rest)
            } else {
                _ = try cursor.value()
            }
        } while cursor.accept(",")
        try cursor.expect("}")
    }

    func json(_ value: Range<Int>) -> String { String(decoding: cursor.bytes[value], as: UTF8.self) }

    func text(of value: Range<Int>) -> String {
        guard cursor.bytes[value.lowerBound] == UInt8(ascii: "\""),
            let text = decodeJSONString(cursor.bytes[value])
        else { return json(value) }
        return String(decoding: text, as: UTF8.self)
    }
}
