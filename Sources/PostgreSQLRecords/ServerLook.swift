internal import AuditStores
internal import PostgreSQL

/// What a server is to the others of its database, as it says itself.
struct ServerLook: Equatable {
    enum Role: Equatable {
        /// It can be written to; each promotion begins a timeline with a higher number.
        case primary(timeline: Int64)
        /// It follows a primary.
        case standby
    }

    let role: Role
    /// Where its order of arrival ends; nil where the schema has none.
    let end: ArrivalPlace?
    /// Just before it was asked.
    let asked: ContinuousClock.Instant

    /// A server in recovery has no timeline of its own. The name of a segment of the log begins with it.
    private static let timeline = """
        SELECT CASE WHEN NOT pg_is_in_recovery()
        THEN ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int8 END
        """

    /// Asks a server. Costs two round trips.
    static func ask(
        _ connection: Connection, until deadline: ContinuousClock.Instant
    ) throws(PostgreSQLError) -> ServerLook {
        let asked = ContinuousClock.now
        var rows = try connection.rows(timeline, until: deadline)
        var role = Role.standby
        while try rows.next() { role = rows.integer(0).map { .primary(timeline: $0) } ?? .standby }
        let end: ArrivalPlace?
        do throws(StoreError) {
            end = try PostgreSQLStore.end(connection, until: deadline).place
        } catch {
            guard connection.isUsable else { throw PostgreSQLError(.connection, error.description) }
            end = nil
        }
        return ServerLook(role: role, end: end, asked: asked)
    }
}

/// A server of those that a connection string names.
struct ServerChoice: Equatable {
    /// Its place among them.
    let index: Int
    /// Why what it gives may lack something.
    let doubt: StoreDoubt?

    /// Where one is named.
    static let only = ServerChoice(index: 0, doubt: nil)

    /// Whether it may be one that follows another.
    var isStandby: Bool { doubt?.cause == .standby }
}
