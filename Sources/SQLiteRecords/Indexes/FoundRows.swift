internal import AuditRecords
internal import AuditStores
internal import GRDB

/// The records of the keys that a read finds.
struct FoundRows {
    private var rows: StoredRows
    /// For keys of an index of an attribute, which have no row: their records may be gone, or not be of the partition.
    private var keyed: RowsOfKeys?
    private let partition: Partition

    init(
        _ partition: Partition, _ value: ValueIndex?, version: Int, in database: Database,
        _ memory: NameMemory
    ) throws {
        self.partition = partition
        rows = try StoredRows(version: version, in: database, memory)
        keyed = try value.map { _ in try RowsOfKeys(version: version, in: database, memory) }
    }

    /// The record of a key; nil where there is none of the partition.
    mutating func record(of found: FoundKey) throws -> AuditRecord? {
        guard keyed != nil else { return try rows.record(found.key, row: found.row) }
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
