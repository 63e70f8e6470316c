internal import AuditStores
internal import AuditRecords
internal import Threads

/// Compares batches with what a store has and writes them, each on a thread of its own while the next is read. What somebody has
/// to be told of first is left to whoever gave the batch.
struct BatchWriter: Sendable {
    /// What has become of a batch.
    enum Outcome: Sendable {
        /// It is in the store, and so many of it were new, equal, or unchecked.
        case stored(LoadCounts)
        /// Nothing of it is written: a record of it takes the place of another, or may not, or the store refuses one.
        case open([RecordChange])
        case failed(StoreError)
    }

    private let store: any RecordStore
    private let stored: StoredLookup
    private let conflicts: ConflictRule
    private let helper = HelperThreads(limit: 1)

    init(store: any RecordStore, conflicts: ConflictRule) {
        self.store = store
        self.conflicts = conflicts
        stored = StoredLookup(store)
    }

    /// Begins with a batch, none of which may be under way.
    func start(_ batch: LoadBatch) -> Latch<Outcome> {
        let outcome = Latch<Outcome>()
        helper.run(on: 1) {
            do throws(StoreError) {
                outcome.set(try write(batch))
            } catch {
                outcome.set(.failed(error))
            }
        }
        return outcome
    }

    private func write(_ batch: LoadBatch) throws(StoreError) -> Outcome {
        var counts = LoadCounts()
        guard let changes = try changes(batch) else {
            let change = plainChange
            counts.count(change, batch.count)
            return try put(batch.records)
                ? .stored(counts) : .open(Array(repeating: change, count: batch.count))
        }
        var records: [AuditRecord] = []
        for (record, change) in zip(batch.records, changes) {
            if case .conflict = change { return .open(changes) }
            counts.count(change)
            if change != .equal { records.append(record) }
        }
        return try put(records) ? .stored(counts) : .open(changes)
    }

    /// Whether the store took them.
    private func put(_ records: [AuditRecord]) throws(StoreError) -> Bool {
        guard !records.isEmpty else { return true }
        do throws(StoreError) {
            try store.put(records)
            return true
        } catch  where error.code == .refused {
            return false
        }
    }

    /// What a record changes where none of a batch is there yet, nor twice in it.
    private var plainChange: RecordChange { conflicts == .unchecked ? .unchecked : .new }

    /// What each record of a batch changes; nil where all are plain changes, as a rule.
    private func changes(_ batch: LoadBatch) throws(StoreError) -> [RecordChange]? {
        guard conflicts != .unchecked else { return nil }
        if batch.isInOrder, try stored.hasNone(since: batch.firsts) { return nil }
        var seen = Set<RecordKey>(minimumCapacity: batch.count)
        let keys = batch.records.map(\.key).filter { seen.insert($0).inserted }
        let found = try stored.found(keys)
        if found.isEmpty, keys.count == batch.count { return nil }
        var comparison = BatchComparison(found: found, replaces: conflicts == .replace)
        return batch.entries.map { comparison.change(of: $0) }
    }
}

/// A batch that is being written.
struct BatchUnderWay {
    let batch: LoadBatch
    /// So many entries of the source are settled with it.
    var settles: Int
    let outcome: Latch<BatchWriter.Outcome>
}
