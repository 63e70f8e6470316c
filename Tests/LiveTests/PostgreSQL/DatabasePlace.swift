import TestSupport

/// A workplace whose records are in a database of its own, in the test program's server.
struct DatabasePlace {
    let name: String
    let server: PostgreSQLServer

    /// Makes the database; the schema is up to the test.
    init() throws {
        server = try PostgreSQLServer.shared()
        name = "live_\(UInt64.random(in: .min ... .max))"
        try withWorkplace(overrides()) { place in
            try expectDone(try psql(place, database: "postgres", "CREATE DATABASE \(name)"))
        }
    }

    /// Keys of the configuration.
    func overrides(user: String = PostgreSQLServer.owner) -> [String: String] {
        ["store.kind": "postgresql", "store.postgresql.connection": server.connection(name, user: user)]
    }

    /// Runs a statement as the owner.
    func psql(_ place: Workplace, database: String? = nil, _ sql: String) throws -> Workplace.Outcome {
        try place.run([
            "\(PostgreSQLServer.programs ?? "")/psql", "--no-psqlrc", "--quiet", "--tuples-only",
            "--no-align",
            "--set", "ON_ERROR_STOP=1", "--dbname", server.connection(database ?? name), "--command", sql,
        ])
    }

    /// Makes the schema.
    func makeSchema() throws {
        try withWorkplace(overrides()) { place in try expectDone(try place.command("table", "create")) }
    }

    /// Makes the schema, and roles that may log in with a password: `NAME_worker` and `NAME_loader`.
    func makeSchema(password: String) throws {
        try makeSchema()
        try withWorkplace(overrides()) { place in
            for (role, group) in [("worker", "reader"), ("loader", "writer")] {
                try expectDone(
                    try psql(
                        place,
                        "CREATE ROLE \(name)_\(role) LOGIN PASSWORD '\(password)' IN ROLE audit_query_\(group)"
                    ))
            }
        }
    }

    private func expectDone(_ outcome: Workplace.Outcome) throws {
        guard outcome.status == 0 else { throw Failure("\(outcome)") }
    }
}
