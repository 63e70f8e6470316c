package import AuditRecords
package import AuditStores
internal import Synchronization

/// Looking records up, writing and removing them, wherever a spread day has them.
extension DynamoDBStore {
    /// The records of at most 100 keys, in one BatchGetItem and what it leaves unprocessed; and in a second one those of spread days
    /// that were not where they are written, for somebody who knows no shards may have written them.
    package func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        guard !keys.isEmpty else { return FetchedRecords(records: []) }
        let plan = try shards.plan()
        var found = try batchGet(keys, plan, budget)
        let missing = keys.indices.filter { found.records[$0] == nil && plan.shard(of: keys[$0]) != nil }
        guard !missing.isEmpty else { return found }
        var rest = budget
        // Each is counted once, however often it is asked for.
        let distinct = Dictionary(found.records.compactMap(\.self).map { ($0.key, $0) }) { first, _ in first }
        rest.bytes = max(0, budget.bytes - Array(distinct.values).byteCount)
        let strayed: FetchedRecords
        do throws(StoreError) {
            strayed = try batchGet(missing.map { keys[$0] }, ShardPlan(), rest)
        } catch  where error.code == .tooLarge {
            throw StoreError(tooManyBytes: budget.bytes)
        }
        for (index, record) in zip(missing, strayed.records) { found.records[index] = record }
        if isForWriting { strays.note(strayed.records.compactMap { $0?.key }) }
        var usage = found.usage
        usage += strayed.usage
        return FetchedRecords(records: found.records, usage: usage)
    }

    private func batchGet(
        _ keys: [RecordKey], _ plan: ShardPlan, _ budget: Budget
    ) throws(StoreError) -> FetchedRecords {
        try BatchGet(keys: keys, table: table, plan: plan, calls: reading, isConsistent: isForWriting)
            .fetched(budget: budget)
    }

    /// Writes records in batches of 25, several at a time, behind the systems that they are the first of. Waits as long as DynamoDB
    /// throttles, within bounds. One that was looked up before, and was found where a spread day's are not written, goes from there.
    package func put(_ records: [AuditRecord]) throws(StoreError) {
        let plan = try shards.planOfWriting()
        try listing.list(of: records)
        try BatchWrite(table: table, plan: plan, calls: writing, helpers: writers).put(records)
        // What is dated ahead is written where it was found.
        let moved = strays.taken(of: records.map(\.key)).filter { plan.shard(of: $0) != nil }
        // Behind the write: until then there is one too many, which readers pass, and never none.
        if !moved.isEmpty {
            try BatchWrite(table: table, calls: writing, helpers: writers).remove(moved)
        }
    }

    /// Removes what is under keys, as they are spelt, wherever it is.
    func remove(_ keys: [RecordKey]) throws(StoreError) {
        let plan = try shards.plan()
        try BatchWrite(table: table, plan: plan, calls: writing, helpers: writers).remove(keys)
        let spread = keys.filter { plan.shard(of: $0) != nil }
        try BatchWrite(table: table, calls: writing, helpers: writers).remove(spread)
    }
}

/// Keys of records of spread days that were found where those are not written, until they are.
final class Strays: Sendable {
    /// Of more, some stay where they are besides.
    private static let most = 100_000

    private let keys = Mutex<Set<RecordKey>>([])

    func note(_ found: [RecordKey]) {
        guard !found.isEmpty else { return }
        keys.withLock { keys in
            if keys.count + found.count > Self.most { keys.removeAll() }
            keys.formUnion(found)
        }
    }

    /// Those of some keys, each once, which are no strays from now on.
    func taken(of written: [RecordKey]) -> [RecordKey] {
        keys.withLock { keys in
            guard !keys.isEmpty else { return [] }
            return written.filter { keys.remove($0) != nil }
        }
    }
}
