import AuditRecords
import AuditStores
import Evidence

/// Reads a system's days out of a store, page by page.
struct DayRecords {
    private let store: any RecordStore

    init(_ store: any RecordStore) { self.store = store }

    /// Gives each record of a day to a body, in order.
    func forEach(of subject: SealedDay, _ body: (AuditRecord) throws -> Void) throws {
        var records = RecordStream(store, of: subject)
        while let record = try records.next() { try body(record) }
    }

    /// How many records a day has, by reading them.
    func count(of subject: SealedDay) throws -> Int {
        var count = 0
        try forEach(of: subject) { _ in count += 1 }
        return count
    }

    /// All systems of which there are records.
    ///
    /// - Throws: ``StoreError``, also where the store cannot tell.
    func systems() throws(StoreError) -> [Identifier] {
        var (systems, start): ([Identifier], [UInt8]) = ([], [])
        while true {
            let read = NameRead(
                kind: .system, start: start, limit: 1000, deadline: Budget.ofCommands.deadline)
            guard store.knowsSystems(in: .all), let run = try store.names(read) else {
                throw StoreError(
                    .unavailable,
                    "the store cannot tell which systems it has: name them in store.dynamodb.systems, or run "
                        + "`audit-query table verify --records --list-systems`")
            }
            systems += run.names
            guard run.hasMore, let last = run.names.last else { return systems }
            start = last.bytes + [0]
        }
    }

    /// How many records a system has on each day that has any, by an index alone; nil where the store has none.
    func counts(of system: Identifier, in range: TimeRange) throws(StoreError) -> [Day: Int]? {
        try store.days(of: system, in: range)
    }
}
