internal import AuditRecords
internal import AuditStores
internal import GRDB

/// The records of the keys that a read finds.
struct FoundRows {
    private var rows: StoredRows
    /// For keys of an index of an attribute, which have no row: their records may be gone, or not be of the partition.
    private var keyed: RowsOfKeys?
    private let partition: Partition

    /// Of a read whose keys come from so many places of the index.
    init(
        _ read: PartitionRead, _ value: ValueIndex?, sources: Int, version: Int, in database: Database,
        _ memory: NameMemory
    ) throws {
        partition = read.partition
        rows = try StoredRows(
            version: version, in: database, memory, partition.indexKind, order: read.order,
            logs: partition.isLog ? sources : 1)
        keyed = try value.map { _ in try RowsOfKeys(version: version, in: database, memory) }
    }

    /// The record of a key; nil where there is none of the partition.
    mutating func record(of found: FoundKey) throws -> AuditRecord? {
        guard keyed != nil else { return try rows.record(found.key, found.row) }
        guard let record = try keyed?.record(of: found.key, amongMany: false), partition.has(record) else {
            return nil
        }
        return record
    }

    /// Ends the reading.
    func end() {
        rows.end()
        keyed?.end()
    }
}

extension Partition {
    /// Whether its records stand one behind the other as a rule, system by system.
    fileprivate var isLog: Bool {
        switch self {
        case .systemDay, .day: true
        case .user, .resource: false
        }
    }
}
