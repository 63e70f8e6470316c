internal import AuditStores
internal import PostgreSQL

extension StoreError {
    /// What an error of the server or of its connection means for who asked.
    init(_ error: PostgreSQLError) {
        switch error.kind {
        case .settings: self.init(.unavailable, "store.postgresql.connection \(error)")
        case .password: self.init(.unavailable, error.description)
        case .connection: self.init(.unavailable, "PostgreSQL cannot be reached: \(error)")
        case .deadline: self.init(.deadline, "the request's deadline passed while PostgreSQL was at it")
        case .server(let state): self.init(Self.code(state), "PostgreSQL: \(error)\(Self.advice(state))")
        }
    }

    /// By the classes and conditions of PostgreSQL's documentation, appendix A.
    private static func code(_ state: String) -> Code {
        switch state {
        case "57014": return .deadline
        case "53100": return .full
        // Serialization and deadlocks; too many connections, and what else there is too little of; locks.
        case "40001", "40P01", "53000", "53200", "53300", "55P03": return .busy
        default: break
        }
        return switch state.prefix(2) {
        // Values that are none, constraints, limits: what was to be written.
        case "22", "23", "54": .refused
        default: .unavailable
        }
    }

    private static func advice(_ state: String) -> String {
        switch state {
        case "3F000", "42P01", "42883":
            ". The schema audit_query is missing or not whole: `audit-query table create` makes it"
        case "42501":
            ". Give the role its rights: GRANT audit_query_reader (or audit_query_writer, to load) TO it"
        case "53100": ". Make room for the server's data"
        case "53200":
            ". With many months, raise max_locks_per_transaction (`audit-query check` says how far)"
        case "53300": ". Raise max_connections of the server, or lower store.postgresql.connections"
        case "25006": ". The server is a standby, or read only"
        default: ""
        }
    }
}

/// Runs what asks the server, and says what its error means.
func asking<Value: ~Copyable>(_ body: () throws(PostgreSQLError) -> Value) throws(StoreError) -> Value {
    do throws(PostgreSQLError) {
        return try body()
    } catch {
        throw StoreError(error)
    }
}
