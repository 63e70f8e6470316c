internal import TestSupport
package import AuditRecords
package import DemoData
package import AuditStores
import Synchronization
@testable import Threads

/// A store in memory that looks at every record, and takes every liberty that ``RecordStore`` gives: it ends pages early,
/// even empty ones, returns records that the filter should have left out, and claims that more may come at the end.
package final class NaiveStore: RecordStore {
    private struct State {
        var model = RecordModel()
        var random: SplitMix64
    }

    private let state: Mutex<State>
    private let isErratic: Bool
    package let readsAtOnce: Int

    /// `random` decides about early ends; without it every read goes to the end.
    package init(_ records: [AuditRecord] = [], random: SplitMix64? = nil) {
        isErratic = random != nil
        readsAtOnce = isErratic ? 16 : 1
        var state = State(random: random ?? SplitMix64(seed: 0))
        state.model.put(records)
        self.state = Mutex(state)
    }

    package func names(_ read: NameRead) -> NameRun? {
        let names = state.withLock { state in
            state.model.records.values.filter { read.scope.contains($0.key.systemId) }.map { record in
                switch read.kind {
                case .system: record.key.systemId
                case .user: record.userId
                case .resource: record.resourceId
                }
            }
        }
        let found = Set(names).filter {
            $0.bytes.starts(with: read.prefix) && !$0.bytes.lexicographicallyPrecedes(read.start)
        }
        return NameRun(found: found.sorted(), limit: read.limit)
    }

    package func read(_ reads: [PartitionRead]) -> [Result<PartitionRun, StoreError>] {
        Self.helpers.read(reads, of: self)
    }

    private static let helpers = HelperThreads(limit: 3)

    package func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
        state.withLock { state in
            var records: [AuditRecord] = []
            var (bytes, place) = (0, read.after)
            for record in Self.run(read, state.model) {
                let matches = read.restriction.matches(record)
                let fits = bytes + record.byteCount <= read.budget.bytes
                if matches && !fits {
                    return PartitionRun(records: records, resume: place, withheld: WithheldRecord(record))
                }
                if matches || isErratic && fits && state.random.once(in: 4) {
                    bytes += record.byteCount
                    records.append(record)
                }
                place = record.key
                let isFull = records.count == read.limit
                if isFull || (isErratic && state.random.once(in: 6)) {
                    return PartitionRun(records: records, resume: record.key)
                }
            }
            return PartitionRun(records: records, resume: nil)
        }
    }

    private static func run(_ read: PartitionRead, _ model: RecordModel) -> [AuditRecord] {
        var query = RecordQuery(range: read.range, order: read.order)
        switch read.partition {
        case .user(let user): query.userId = user
        case .resource(let resource): query.resourceId = resource
        case .systemDay(let system, let day):
            query.systemId = system
            query.range = within(day, read.range)
        case .day(let day): query.range = within(day, read.range)
        }
        let run = model.matching(query, scope: .all)
        guard let after = read.after else { return run }
        return run.filter { record in
            read.order == .ascending
                ? RecordModel.precedes(after, record.key) : RecordModel.precedes(record.key, after)
        }
    }

    private static func within(_ day: Day, _ range: TimeRange) -> TimeRange {
        TimeRange(
            start: max(day.start, range.start ?? .startOfTime), end: min(day.end, range.end ?? .endOfTime))
    }

    package func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        try FetchedRecords.of(keys, budget) { key in state.withLock { $0.model.records[key] } }
    }

    package func put(_ records: [AuditRecord]) throws(StoreError) {
        state.withLock { $0.model.put(records) }
    }

    package func probe() throws(StoreError) {}
}

extension FetchedRecords {
    /// What a look-up finds, if it fits into the budget's bytes.
    package static func of(
        _ keys: [RecordKey], _ budget: Budget, _ find: (RecordKey) -> AuditRecord?
    ) throws(StoreError) -> FetchedRecords {
        let bytes = Array(Set(keys)).compactMap(find).byteCount
        guard bytes <= budget.bytes else { throw StoreError(tooManyBytes: budget.bytes) }
        return FetchedRecords(records: keys.map(find))
    }
}
