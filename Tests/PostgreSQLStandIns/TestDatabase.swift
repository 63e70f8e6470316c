internal import PostgreSQL
package import PostgreSQLRecords
internal import Synchronization
package import TestSupport

/// A database of a test's own, with the schema, in a server that is the test program's.
package final class TestDatabase: Sendable {
    /// Its name.
    package let name: String
    private let server: PostgreSQLServer
    private let owner: Mutex<Connection>

    private static let count = Atomic<Int>(0)

    /// Makes one; its owner's name, `reader`, `writer` and `remover` are those of roles with all rights, and those of a worker, a loader
    /// and whoever deletes what is over.
    package init(in server: PostgreSQLServer? = nil, hasSchema: Bool = true) throws {
        let server = try server ?? .shared()
        self.server = server
        name = "test_\(Self.count.add(1, ordering: .relaxed).newValue)"
        let first = try Connection(ConnectionSettings(server.connection("postgres")))
        try first.script("CREATE DATABASE \(name)", until: .now + .seconds(60))
        owner = Mutex(try Connection(ConnectionSettings(server.connection(name))))
        if hasSchema { try makeSchema() }
    }

    /// Roles are the whole server's, and two who make them at once would fail.
    private static let roles = Mutex<Void>(())

    /// Makes what `audit-query table create` does, and roles that log in.
    package func makeSchema() throws {
        try run(PostgreSQLSchema.statements)
        try Self.roles.withLock { _ in
            for role in ["reader", "writer", "remover"] {
                try run(
                    """
                    DO $$ BEGIN
                        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '\(role)') THEN
                            CREATE ROLE \(role) LOGIN IN ROLE audit_query_\(role);
                        END IF;
                    END $$
                    """)
            }
        }
    }

    /// Runs statements as the owner.
    package func run(_ sql: String) throws {
        try owner.withLock { try $0.script(sql, until: .now + .seconds(60)) }
    }

    /// The number that a statement gives.
    package func number(_ sql: String) throws -> Int64? {
        try owner.withLock { connection in
            var rows = try connection.rows(sql, until: .now + .seconds(60))
            var number: Int64?
            while try rows.next() { number = rows.integer(0) }
            return number
        }
    }

    /// The first columns of a statement's rows, which are texts.
    package func texts(_ sql: String) throws -> [String] {
        try owner.withLock { connection in
            var rows = try connection.rows(sql, until: .now + .seconds(60))
            var texts: [String] = []
            while try rows.next() { texts.append(String(decoding: rows.bytes(0), as: UTF8.self)) }
            return texts
        }
    }

    /// How it is reached.
    package func connection(user: String = PostgreSQLServer.owner) -> String {
        server.connection(name, user: user)
    }

    /// A store of it, with the rights of a worker or a loader.
    package func store(_ access: PostgreSQLStore.Access, connections: Int = 4) throws -> PostgreSQLStore {
        let user = access == .read ? "reader" : "writer"
        return PostgreSQLStore(
            try ConnectionSettings(connection(user: user)), connections: connections, for: access)
    }

    /// Takes all records away.
    package func empty() throws { try run("TRUNCATE audit_query.records") }
}
