internal import AuditStores
internal import AuditRecords
internal import Threads

/// Compares batches with what a store has and writes them, each on a thread of its own while the next is read. What somebody has
/// to be told of first is left to whoever gave the batch.
///
/// Where writing is slower than reading, the next batch waits when one is written: then the store may go on with its transaction.
/// Where it is not, each batch is certain when it is written, and a transaction never waits for what is to be read.
struct BatchWriter: Sendable {
    /// What has become of a batch.
    enum Outcome: Sendable {
        /// It is in the store, with all that was appended before, and so many of it were new, equal, or unchecked.
        case stored(LoadCounts)
        /// The same, but it is certain only with a later one that is ``stored(_:)`` or ``open(_:)``.
        case appended(LoadCounts)
        /// Nothing of it is written: a record of it takes the place of another, or may not, or the store refuses one.
        case open([RecordChange])
        case failed(StoreError)
    }

    private let store: any RecordStore
    private let stored: StoredLookup
    private let conflicts: ConflictRule
    private let helper = HelperThreads(limit: 1)
    private let next = Locked(false)

    init(store: any RecordStore, conflicts: ConflictRule) {
        self.store = store
        self.conflicts = conflicts
        stored = StoredLookup(store)
    }

    /// Whether another batch is ready to follow the one that is under way.
    var isNextReady: Bool { next.withLock { $0 } }

    /// Another batch is ready.
    func announceNext() { next.withLock { $0 = true } }

    /// Begins with a batch, none of which may be under way.
    func start(_ batch: LoadBatch) -> Latch<Outcome> {
        next.withLock { $0 = false }
        let outcome = Latch<Outcome>()
        helper.run(on: 1) {
            do throws(StoreError) {
                outcome.set(try write(batch))
            } catch {
                // Others may write while it is said, and tried again.
                try? store.commit()
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
            return try append(batch.records, counts) ?? .open(Array(repeating: change, count: batch.count))
        }
        var records: [AuditRecord] = []
        for (record, change) in zip(batch.records, changes) {
            if case .conflict = change {
                try store.commit()
                return .open(changes)
            }
            counts.count(change)
            if change != .equal { records.append(record) }
        }
        return try append(records, counts) ?? .open(changes)
    }

    /// Nil where the store has not taken them, and has no others open.
    private func append(_ records: [AuditRecord], _ counts: LoadCounts) throws(StoreError) -> Outcome? {
        do throws(StoreError) {
            if !records.isEmpty, try store.append(records) { return .stored(counts) }
        } catch  where error.code == .refused {
            try store.commit()
            return nil
        }
        // A load of what is there has nothing to hold off others for.
        guard records.isEmpty || !isNextReady else { return .appended(counts) }
        try store.commit()
        return .stored(counts)
    }

    /// What a record changes where none of a batch is there yet, nor twice in it.
    private var plainChange: RecordChange { conflicts == .unchecked ? .unchecked : .new }

    /// What each record of a batch changes; nil where all are plain changes, as a rule.
    private func changes(_ batch: LoadBatch) throws(StoreError) -> [RecordChange]? {
        guard conflicts != .unchecked else { return nil }
        try store.beginWriting()
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
