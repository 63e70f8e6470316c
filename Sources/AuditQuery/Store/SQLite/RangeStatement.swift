internal import GRDB

/// The SQL of one read of a partition.
///
/// The filter is a column, not a condition: so a row that does not match is still seen, and a read over many
/// such rows can stop when its time is up and say where. Its other columns are not looked up.
struct RangeStatement {
    private(set) var sql: String
    private(set) var arguments: StatementArguments = []

    init(_ read: RangeRead) {
        sql = ""
        let matches = condition(read.filter)
        let columns = ["user_id", "resource_id", "attributes"]
        let values = matches.map { matches in
            ["\(matches) AS matches", "system_id", "sort_key"]
                + columns.map { "CASE WHEN \(matches) THEN \($0) END" }
        }
        sql =
            "SELECT \((values ?? ["1", "system_id", "sort_key"] + columns).joined(separator: ", ")) FROM records"
        let (index, column, value) = Self.way(to: read.partition)
        sql += " INDEXED BY \(index) WHERE \(column) = \(bind(value.bytes))"
        addBounds(read)
        let direction = read.order == .ascending ? "ASC" : "DESC"
        sql += " ORDER BY sort_key \(direction), system_id \(direction)"
    }

    private static func way(to partition: Partition) -> (index: String, column: String, value: Identifier) {
        switch partition {
        case .systemDay(let system, _): ("by_system", "system_id", system)
        case .user(let user): ("by_user", "user_id", user)
        case .resource(let resource): ("by_resource", "resource_id", resource)
        }
    }

    /// One bound on each side at most, the tighter one: given two on the same side, SQLite may walk the index
    /// from the looser one, and paging would read every page before again.
    private mutating func addBounds(_ read: RangeRead) {
        let range = read.partition.dayRange.map { read.range.intersection($0) } ?? read.range
        var start = range.start.map { $0.text(fractionDigits: 9) }
        var end = range.end.map { $0.text(fractionDigits: 9) }
        if let after = read.after {
            let place = after.sortKey
            let isAscending = read.order == .ascending
            let isTighter =
                isAscending
                ? start.map { $0.lexicographicallyPrecedes(place) } ?? true
                : end.map { place.lexicographicallyPrecedes($0) } ?? true
            if isTighter {
                let comparison = isAscending ? ">" : "<"
                sql +=
                    " AND (sort_key, system_id) \(comparison) (\(bind(place)), \(bind(after.systemId.bytes)))"
                if isAscending { start = nil } else { end = nil }
            }
        }
        if let start { sql += " AND sort_key >= \(bind(start))" }
        if let end { sql += " AND sort_key < \(bind(end))" }
    }

    /// The filter as an expression; nil when everything matches.
    private mutating func condition(_ filter: Filter) -> String? {
        var conditions: [String] = []
        for (column, value) in [
            ("system_id", filter.systemId), ("user_id", filter.userId), ("resource_id", filter.resourceId),
        ] {
            if let value { conditions.append("\(column) = \(bind(value.bytes))") }
        }
        if case .only(let patterns) = filter.scope {
            let alternatives = patterns.map { pattern in
                switch pattern {
                case .exact(let name): return "system_id = \(bind(name.bytes))"
                case .prefix(let prefix):
                    let length = prefix.description.unicodeScalars.count
                    return "substr(system_id, 1, \(length)) = \(bind(prefix.bytes))"
                }
            }
            conditions.append(alternatives.isEmpty ? "0" : "(\(alternatives.joined(separator: " OR ")))")
        }
        return conditions.isEmpty ? nil : "(\(conditions.joined(separator: " AND ")))"
    }

    /// Adds an argument and returns the numbered place of it, which may stand in the SQL more than once.
    private mutating func bind(_ bytes: [UInt8]) -> String {
        arguments += [String(decoding: bytes, as: UTF8.self)]
        count += 1
        return "?\(count)"
    }

    private var count = 0
}

extension Partition {
    /// The day of a system's partition; nil for partitions that hold all of time.
    fileprivate var dayRange: TimeRange? {
        if case .systemDay(_, let day) = self { day.range } else { nil }
    }
}
