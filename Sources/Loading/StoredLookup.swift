internal import AuditStores
internal import AuditRecords
internal import Threads

/// Looks up what a store has under keys that are about to be written.
struct StoredLookup: Sendable {
    /// What stands under a key.
    enum Found: Sendable {
        case record(AuditRecord)
        /// Something that is no record any more; why, for a person to read.
        case unreadable(String)
    }

    /// The most bytes of records that one look-up brings, but for one that is larger by itself.
    private static let bytesAtOnce = 4 << 20
    /// How long the store may be too busy before the load gives up; it can be repeated.
    private static let patience = Duration.seconds(300)

    private let store: any RecordStore
    /// Nil where one look-up at a time is what the store does best.
    private let helpers: HelperThreads?

    init(_ store: any RecordStore) {
        self.store = store
        helpers = store.readsAtOnce > 1 ? HelperThreads(limit: store.readsAtOnce) : nil
    }

    /// Whether there is no record of any of these systems at its instant or later, as far as the store can tell at once.
    func hasNone(since firsts: [Identifier: Timestamp]) throws(StoreError) -> Bool {
        do throws(StoreError) {
            return try store.hasNone(since: firsts)
        } catch  where error.code == .busy || error.code == .deadline {
            return false
        }
    }

    /// What there is under these keys, each of them given once, and no more. Holds it all at once: of keys of one batch.
    func found(_ keys: [RecordKey]) throws(StoreError) -> [RecordKey: Found] {
        let atOnce = store.batchLimit.keys
        let parts = stride(from: 0, to: keys.count, by: atOnce).map {
            keys[$0..<min($0 + atOnce, keys.count)]
        }
        // A store elsewhere takes a round trip for each: all of them under way at once.
        let results = map(parts.count) { part in
            Result { () throws(StoreError) in try lookUp(parts[part]) }
        }
        var found: [RecordKey: Found] = [:]
        for result in results { found.merge(try result.get()) { $1 } }
        return found
    }

    private func map<Value: Sendable>(_ count: Int, _ job: @escaping @Sendable (Int) -> Value) -> [Value] {
        helpers?.map(count, job) ?? (0..<count).map(job)
    }

    /// In halves, where they are too many bytes at once, or something among them cannot be read.
    private func lookUp(_ keys: ArraySlice<RecordKey>) throws(StoreError) -> [RecordKey: Found] {
        do throws(StoreError) {
            let records = try fetched(Array(keys), bytes: keys.count > 1 ? Self.bytesAtOnce : .max)
            var found: [RecordKey: Found] = [:]
            for (key, record) in zip(keys, records) where record != nil {
                found[key] = record.map { .record($0) }
            }
            return found
        } catch  where keys.count > 1 && (error.code == .tooLarge || error.code == .unreadable) {
            let middle = keys.startIndex + keys.count / 2
            return try lookUp(keys[..<middle]).merging(try lookUp(keys[middle...])) { $1 }
        } catch  where error.code == .unreadable {
            return [keys[keys.startIndex]: .unreadable(error.description)]
        }
    }

    private func fetched(_ keys: [RecordKey], bytes: Int) throws(StoreError) -> [AuditRecord?] {
        let deadline = ContinuousClock.now + Self.patience
        var pause = Pause(until: deadline)
        while true {
            do throws(StoreError) {
                let budget = Budget(soft: deadline, deadline: deadline, bytes: bytes)
                return try store.fetch(keys, budget: budget).records
            } catch  where error.code == .busy {
                try pause.wait(after: "\(error), and so it was")
            }
        }
    }
}
