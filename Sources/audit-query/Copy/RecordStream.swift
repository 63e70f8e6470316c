import AuditRecords
import AuditStores
import Evidence

/// A system's day out of a store, record by record, in order; a page of it is held at a time.
struct RecordStream {
    private let reader: PageReader
    private var query: RecordQuery
    private var page: ArraySlice<AuditRecord> = []
    private var isAtEnd = false

    /// How long the store may be too busy before nobody waits any more.
    private static let patience = Duration.seconds(300)

    init(_ store: any RecordStore, of subject: SealedDay) {
        reader = PageReader(store: store, now: { .now })
        let range = subject.day.range
        query = RecordQuery(
            systemId: subject.systemId, stated: range, range: range, order: .ascending,
            limit: RecordQuery.limits.upperBound)
    }

    /// The next record; nil behind the last.
    mutating func next() throws(StoreError) -> AuditRecord? {
        while page.isEmpty {
            guard !isAtEnd else { return nil }
            let read = try self.read()
            page = read.records[...]
            query.after = read.resume
            isAtEnd = read.resume == nil
        }
        return page.popFirst()
    }

    private func read() throws(StoreError) -> RecordPage {
        var pause = Pause(until: .now + Self.patience)
        while true {
            do throws(StoreError) {
                return try reader.page(of: query, scope: .all, budget: .ofCommands)
            } catch  where error.code == .busy {
                try pause.wait(after: "\(error), and so it was")
            }
        }
    }
}
