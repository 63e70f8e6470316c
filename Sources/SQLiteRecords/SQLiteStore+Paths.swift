package import AuditRecords
package import AuditStores
internal import GRDB
internal import JSONBytes

extension SQLiteStore {
    /// The most shapes, and records without one, that are looked at for names, the newest first.
    private static let mostShapes = 300
    private static let mostRecords = 50
    /// The most paths that are told, and the most names of one.
    private static let mostPaths = 1000
    private static let mostNames = 8

    /// Paths of attributes that records have, in order: of what is stored by now, those of the newest kinds of records, and not all.
    /// Costs some milliseconds however many records there are, and gives up at the deadline.
    package func attributePaths(
        deadline: ContinuousClock.Instant
    ) throws(StoreError) -> [AttributePath] {
        try database.read(deadline: deadline) { database, version in
            guard version == SQLiteSchema.version else { return [] }
            var paths: Set<AttributePath> = []
            for (sql, limit) in [
                (PathSQL.shapes, Self.mostShapes), (PathSQL.textsOfRecords, Self.mostRecords),
            ] {
                let statement = try PreparedStatement(sql, in: database)
                defer { statement.reset() }
                try statement.bind(Int64(limit), at: 1)
                while paths.count < Self.mostPaths, try statement.step(), ContinuousClock.now < deadline {
                    // A number in place of each value makes JSON of a shape: `{"a":"0","b":0}`.
                    let text = statement.bytes(0).map { $0 == 0 ? UInt8(ascii: "0") : $0 }
                    var names = PathNames(most: Self.mostNames)
                    // What cannot be read has no names.
                    guard (try? names.read(text)) != nil else { continue }
                    paths.formUnion(names.paths)
                }
            }
            return Array(paths.sorted().prefix(Self.mostPaths))
        }
    }
}

/// The statements that find attributes' names.
private enum PathSQL {
    static let shapes = "SELECT shape FROM shapes ORDER BY id DESC LIMIT ?1"

    static let textsOfRecords = """
        SELECT attributes FROM (SELECT attributes FROM entries ORDER BY sequence DESC LIMIT ?1)
        WHERE typeof(attributes) = 'text'
        """
}

/// The paths of one record at which something else than an object stands.
private struct PathNames {
    let most: Int
    private(set) var paths: Set<AttributePath> = []

    init(most: Int) { self.most = most }

    mutating func read(_ attributes: [UInt8]) throws(JSONFault) {
        var cursor = try JSONCursor(attributes, allowsHalfPairs: true)
        try object(&cursor, behind: [])
    }

    private mutating func object(
        _ cursor: inout JSONCursor, behind names: [Identifier]
    ) throws(JSONFault) {
        try cursor.expect("{")
        guard !cursor.accept("}") else { return }
        repeat {
            let name = try cursor.text(try cursor.string())
            try cursor.expect(":")
            try value(&cursor, at: names + [Identifier(name)])
        } while cursor.accept(",")
        try cursor.expect("}")
    }

    /// An array stands for its elements, as it does in filters.
    private mutating func value(
        _ cursor: inout JSONCursor, at names: [Identifier], depth: Int = 0
    ) throws(JSONFault) {
        switch cursor.peek() {
        case UInt8(ascii: "{") where names.count < most: try object(&cursor, behind: names)
        case UInt8(ascii: "[") where depth < most:
            try cursor.expect("[")
            guard !cursor.accept("]") else { return }
            repeat { try value(&cursor, at: names, depth: depth + 1) } while cursor.accept(",")
            try cursor.expect("]")
        default:
            _ = try cursor.value()
            paths.insert(AttributePath(names: names))
        }
    }
}
