import AuditStores
import PostgreSQLRecords
import QueryService

/// Whether a database is as it should be, for who reads it.
struct DatabaseInspection {
    let store: PostgreSQLStore
    let place: String
    /// The most connections of one process.
    let connections: Int
    /// Whether the connection string names several hosts.
    let namesStandbys: Bool
    let environment: Settings.Environment

    func findings() -> [Finding] {
        do throws(StoreError) {
            return try store.remarks(
                connections: connections, namesStandbys: namesStandbys, now: TimeSource.system.wall()
            ).map { remark in
                Finding(.store, state(remark.weight), "store: \(place): \(remark.text)")
            }
        } catch {
            return [Finding(.store, .wrong, "store: \(error)")]
        }
    }

    private func state(_ weight: DatabaseRemark.Weight) -> Finding.State {
        switch weight {
        case .fine: .ok
        case .doubtful: .warning
        case .unprotected: environment == .prod ? .wrong : .warning
        case .wrong: .wrong
        }
    }
}

extension DatabaseInspection {
    /// Nil where the records are elsewhere.
    init?(_ settings: Settings, _ store: ConfiguredStore) {
        guard case .postgresql(let records, let place) = store,
            case .postgresql(let database) = settings.store
        else { return nil }
        self.init(
            store: records, place: place, connections: database.connections,
            namesStandbys: database.namesSeveralHosts, environment: settings.environment
        )
    }
}
