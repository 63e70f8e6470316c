internal import AuditRecords
internal import AuditStores
internal import JSONBytes
internal import Synchronization

/// Writes items of the list of systems.
struct SystemListWrite {
    private static let itemsPerCall = 25

    let table: String
    let calls: DynamoDBCalls

    func put(_ contents: [SystemListItem.Content]) throws(StoreError) {
        let write = BatchWrite(table: DynamoDBTable(name: table), calls: calls)
        for start in stride(from: 0, to: contents.count, by: Self.itemsPerCall) {
            let batch = contents[start..<min(start + Self.itemsPerCall, contents.count)]
            var requests: [UInt8] = []
            for content in batch {
                requests.append(json: requests.isEmpty ? "[" : ",")
                requests.append(json: "{\"PutRequest\":{\"Item\":")
                SystemListItem.append(content, to: &requests)
                requests.append(json: "}}")
            }
            requests.append(json: "]")
            try write.send(requests, count: batch.count)
        }
    }
}

/// Sees to it that a system is listed before the first of its records is written: so whoever reads the list finds all records,
/// wherever the writer was killed.
final class SystemListing: Sendable {
    /// So many systems are known to be listed. Of more, all are forgotten and listed again.
    private static let mostKnown = 10_000

    private let list: SystemListWrite
    private let known = Mutex<Set<Identifier>>([])

    init(_ list: SystemListWrite) { self.list = list }

    /// Lists the systems of records, as far as this has not done so.
    func list(of records: [AuditRecord]) throws(StoreError) {
        let systems = Set(records.map(\.key.systemId))
        let new = known.withLock { systems.subtracting($0) }
        guard !new.isEmpty else { return }
        try list.put(new.sorted().map { .system($0) })
        known.withLock { known in
            if known.count + new.count > Self.mostKnown { known.removeAll() }
            known.formUnion(new)
        }
    }
}
