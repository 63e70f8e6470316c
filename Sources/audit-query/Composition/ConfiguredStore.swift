import AuditStores
import SQLiteRecords
import PostgreSQLRecords
import DynamoDBRecords
import AWS
import QueryService

/// The store that the configuration names.
enum ConfiguredStore {
    case sqlite(SQLiteStore, path: String)
    case postgresql(PostgreSQLStore, place: String)
    case dynamodb(DynamoDBStore, client: ServiceClient, name: String)

    enum Access {
        case read, write
        /// Reads for clients, and tells them where something may be missing: so it may be a standby.
        case answer
    }

    init(_ settings: StoreSettings, for access: Access, aws: AWSAccess?) throws(SettingsError) {
        switch settings {
        case .sqlite(let path, let indexes):
            let names = access == .answer ? SQLiteStore.fewNames : SQLiteStore.manyNames
            let store =
                access == .write
                ? SQLiteStore(writing: path, indexes: indexes)
                : SQLiteStore(reading: path, namesByteCount: names)
            self = .sqlite(store, path: path)
        case .postgresql(let database):
            let store = PostgreSQLStore(
                try database.connectionSettings(), connections: database.connections,
                for: access == .write ? .write : .read,
                readsStandbys: access == .answer && database.standbyReads)
            self = .postgresql(store, place: database.place)
        case .dynamodb(let table, let regions, let endpoints):
            guard let aws else { throw SettingsError(description: "store.kind: AWS is not set up") }
            let (region, endpoint) = (Array(regions.prefix(1)), Array(endpoints.prefix(1)))
            let writing = try aws.client("dynamodb", regions: region, endpoints: endpoint)
            // A replica may not have yet what was written a moment ago.
            let reading =
                access == .write
                ? writing
                : try aws.client(
                    "dynamodb", regions: regions, endpoints: endpoints, counters: aws.storeCounters)
            // Another region's stream has other places, so it stands in for none.
            let streams = try aws.client(
                "dynamodb", identifier: "dynamodb_streams", host: "streams.dynamodb", regions: region,
                endpoints: endpoint, counters: aws.storeCounters)
            let store = DynamoDBStore(
                table: table, reading: reading, writing: writing, isForWriting: access == .write,
                stream: StreamAccess(tables: writing, streams: streams, onFault: aws.tellFault))
            self = .dynamodb(
                store, client: reading, name: "table \(table.name) in \(regions.joined(separator: ", "))")
        }
    }

    var records: any RecordStore {
        switch self {
        case .sqlite(let store, _): store
        case .postgresql(let store, _): store
        case .dynamodb(let store, _, _): store
        }
    }

    /// The same, for taking records away.
    var removing: any RemovingStore {
        switch self {
        case .sqlite(let store, _): store
        case .postgresql(let store, _): store
        case .dynamodb(let store, _, _): store
        }
    }

    /// What people call it.
    var name: String {
        switch self {
        case .sqlite(_, let path): path
        case .postgresql(_, let place): place
        case .dynamodb(_, _, let name): name
        }
    }

    /// As `store.kind` names it.
    var kind: String {
        switch self {
        case .sqlite: "sqlite"
        case .postgresql: "postgresql"
        case .dynamodb: "dynamodb"
        }
    }

    /// The regions that it reads; none for a file.
    var regions: [RegionState] {
        if case .dynamodb(_, let client, _) = self { client.regions } else { [] }
    }

    /// Holds a file open from now on, and from when it is there, and notes whether it can be read.
    func keepOpen(noting health: StoreHealth) {
        if case .sqlite(let store, _) = self { store.keepOpen(noting: health.note) }
    }

    /// The indexes of a file, besides those that every query needs; nil where that cannot be told.
    var indexes: [IndexState]? {
        if case .sqlite(let store, _) = self { try? store.indexes() } else { nil }
    }

    /// Brings the indexes of attributes and of words of a file up to date, and tells how far each is.
    func completeIndexes(noting note: ([IndexState]) -> Void) throws(StoreError) {
        if case .sqlite(let store, _) = self { try store.completeIndexes(noting: note) }
    }

    /// Puts what was written where it stays.
    func finishWriting() throws(StoreError) {
        if case .sqlite(let store, _) = self { try store.checkpoint() }
    }
}
