internal import AuditRecords
internal import AuditStores
internal import PostgreSQL

/// The statement that lists names: from one to the next in an index, past all records of each.
struct NameStatement {
    private let read: NameRead

    init(_ read: NameRead) { self.read = read }

    /// The names, as many as are asked for.
    func run(_ connection: Connection) throws(StoreError) -> NameRun {
        var statement = Statement()
        let text = text(&statement)
        var rows = try asking { () throws(PostgreSQLError) in
            try connection.rows(text, statement.parameters, until: read.deadline)
        }
        var names: [Identifier] = []
        while try asking({ () throws(PostgreSQLError) in try rows.next() }) {
            names.append(Identifier(rows.bytes(0)))
        }
        return NameRun(found: names, limit: read.limit)
    }

    /// Each name is the first behind the one before; the server looks for no more of them than are taken.
    private func text(_ statement: inout Statement) -> String {
        let column = read.kind.column
        let isBefore = read.prefix.lexicographicallyPrecedes(read.start)
        let first = statement.bind(.text(isBefore ? read.start : read.prefix), "text")
        let prefix = statement.bind(.text(read.prefix), "text")
        // One more tells whether there are more.
        let count = statement.bind(.int8(Int64(read.limit) + 1), "int8")
        return """
            WITH RECURSIVE names (name) AS (
            (SELECT \(column) FROM audit_query.records WHERE \(column) >= \(first) ORDER BY \(column) LIMIT 1)
            UNION ALL
            SELECT (SELECT \(column) FROM audit_query.records WHERE \(column) > names.name
            ORDER BY \(column) LIMIT 1)
            FROM names WHERE starts_with(names.name, \(prefix)))
            SELECT name FROM names
            WHERE starts_with(name, \(prefix)) AND \(isVisible(&statement)) LIMIT \(count)
            """
    }

    /// Whether a key may see a record of the name.
    private func isVisible(_ statement: inout Statement) -> String {
        guard read.scope != .all else { return "true" }
        guard read.kind != .system else { return statement.sees(read.scope, "name") }
        let sees = statement.sees(read.scope, "records.system_id")
        return """
            EXISTS (SELECT FROM audit_query.records WHERE records.\(read.kind.column) = names.name AND \(sees))
            """
    }
}

extension NameKind {
    fileprivate var column: String {
        switch self {
        case .system: "system_id"
        case .user: "user_id"
        case .resource: "resource_id"
        }
    }
}
