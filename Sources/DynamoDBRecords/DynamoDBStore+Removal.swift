package import AuditRecords
package import AuditStores
internal import JSONBytes
internal import Threads

extension DynamoDBStore: RemovingStore {
    /// What is looked up at once.
    package var mostRemoved: Int { 100 }

    /// Any: DynamoDB does not say when an item came.
    package func removalMark(deadline: ContinuousClock.Instant) throws(StoreError) -> Int64 { 0 }

    /// Removes records that are still the same when they are looked up once more, which is done at once before. One that is replaced
    /// in the milliseconds between goes with the others: a batch that deletes has no conditions
    /// (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html). Costs a read and a write unit for each 4 KB
    /// and 1 KB of them. Waits as long as DynamoDB throttles, within bounds.
    package func remove(_ records: [AuditRecord], before mark: Int64) throws(StoreError) -> Int {
        let deadline = ContinuousClock.now + Self.patience
        let now = try fetch(records.map(\.key), budget: Budget(soft: deadline, deadline: deadline))
        let same = zip(records, now.records).filter { $0 == $1 }.map(\.0.key)
        try remove(same)
        return same.count
    }

    private static let patience = Duration.seconds(60)
}
