internal import JSONBytes

/// The cells of records' rows: strings as they are, numbers as they are stored, `true`, `false`, objects and arrays as JSON;
/// nothing for null and for what is not there. Where a path leads through an array to several values, they are a JSON
/// array. A string with half of a surrogate pair, which no UTF-8 can stand for, is as JSON has it.
struct RecordCells: Sendable {
    let columns: [RecordColumn]
    /// The columns that are paths, and the names on the way.
    private let paths: [PathSearch.Sought]

    init(_ columns: [RecordColumn]) {
        self.columns = columns
        paths = columns.enumerated().compactMap { index, column in
            guard case .path(let path) = column.place else { return nil }
            return PathSearch.Sought(column: index, names: path.names[...])
        }
    }

    /// What stands at the paths, in one pass over the attributes.
    ///
    /// - Throws: where they are no JSON object.
    func find(in attributes: [UInt8]) throws(JSONFault) -> PathSearch? {
        guard !paths.isEmpty else { return nil }
        var search = PathSearch(cursor: try JSONCursor(attributes, allowsHalfPairs: true))
        try search.pass(paths)
        try search.cursor.end()
        return search
    }

    /// Appends the cell of a column, which is known by its place among them. `attributes` are those of the record that may be
    /// seen, `found` is what stands at the paths in them.
    ///
    /// - Returns: whether it is of text, and not of a number, a truth value, an object or an array.
    @discardableResult
    func append(
        _ column: Int, of record: AuditRecord, attributes: [UInt8], _ found: PathSearch?,
        to cell: inout [UInt8]
    ) -> Bool {
        switch columns[column].place {
        case .timestamp: cell += record.key.timestamp
        case .userId: cell += record.userId.bytes
        case .systemId: cell += record.key.systemId.bytes
        case .resourceId: cell += record.resourceId.bytes
        case .auditId: cell += record.key.auditId.bytes
        case .attributes:
            cell += attributes
            return false
        case .path: return found?.append(column, to: &cell) ?? true
        }
        return true
    }
}

/// Finds the values at paths. Arrays on the way stand for each of their elements.
struct PathSearch {
    /// A path, as far as it is still to go.
    struct Sought {
        let column: Int
        var names: ArraySlice<Identifier>
    }

    var cursor: JSONCursor
    /// Where values stand, and for which columns; nulls left out.
    private var found: [(column: Int, place: Range<Int>)] = []

    init(cursor: JSONCursor) {
        self.cursor = cursor
    }

    /// Passes one value, at which these paths have arrived.
    mutating func pass(_ sought: [Sought], depth: Int = 0) throws(JSONFault) {
        let first = cursor.peek()
        let start = cursor.position
        let onward = sought.filter { !$0.names.isEmpty }
        switch first {
        case UInt8(ascii: "{") where !onward.isEmpty:
            try cursor.checkDepth(depth, below: JSONCursor.maximumSkippedDepth)
            try passMembers(onward, depth: depth + 1)
        case UInt8(ascii: "[") where !onward.isEmpty:
            try cursor.checkDepth(depth, below: JSONCursor.maximumSkippedDepth)
            try cursor.expect("[")
            guard !cursor.accept("]") else { break }
            repeat { try pass(onward, depth: depth + 1) } while cursor.accept(",")
            try cursor.expect("]")
        default: _ = try cursor.value(depth: depth)
        }
        guard first != UInt8(ascii: "n") else { return }
        for path in sought where path.names.isEmpty { found.append((path.column, start..<cursor.position)) }
    }

    private mutating func passMembers(_ sought: [Sought], depth: Int) throws(JSONFault) {
        try cursor.expect("{")
        guard !cursor.accept("}") else { return }
        repeat {
            let token = try cursor.string()
            try cursor.expect(":")
            let met = below(token, sought)
            if met.isEmpty { _ = try cursor.value(depth: depth) } else { try pass(met, depth: depth) }
        } while cursor.accept(",")
        try cursor.expect("}")
    }

    /// The paths that go on below a member of this name.
    private func below(_ token: JSONToken, _ sought: [Sought]) -> [Sought] {
        guard !token.hasEscapes else {
            // A name with half of a surrogate pair is like none that can be asked for.
            guard let name = decodeJSONString(cursor.bytes[token.range]) else { return [] }
            return Self.below(name[...], sought)
        }
        return Self.below(cursor.bytes[token.range.lowerBound + 1..<token.range.upperBound - 1], sought)
    }

    private static func below(_ name: ArraySlice<UInt8>, _ sought: [Sought]) -> [Sought] {
        var met: [Sought] = []
        for path in sought {
            guard let next = path.names.first, next.bytes.count == name.count, next.bytes.elementsEqual(name)
            else { continue }
            met.append(Sought(column: path.column, names: path.names.dropFirst()))
        }
        return met
    }

    /// Appends the cell of a column. Returns whether it is of text.
    fileprivate func append(_ column: Int, to cell: inout [UInt8]) -> Bool {
        var places = found.lazy.filter { $0.column == column }.map(\.place).makeIterator()
        guard let first = places.next() else { return true }
        guard let second = places.next() else { return append(valueAt: first, to: &cell) }
        cell.append(json: "[")
        cell += cursor.bytes[first]
        var next: Range<Int>? = second
        while let place = next {
            cell.append(json: ",")
            cell += cursor.bytes[place]
            next = places.next()
        }
        cell.append(json: "]")
        return false
    }

    private func append(valueAt place: Range<Int>, to cell: inout [UInt8]) -> Bool {
        let value = cursor.bytes[place]
        guard value.first == UInt8(ascii: "\"") else {
            cell += value
            return false
        }
        cell += decodeJSONString(value) ?? Array(value)
        return true
    }
}
