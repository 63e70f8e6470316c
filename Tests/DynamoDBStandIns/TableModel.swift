// swift-format-ignore-file: NeverUseForceTry

import AuditRecords
@testable import DynamoDBRecords
import AuditStores
import DemoData
import StoreConformance
import Synchronization
import TestSupport
@testable import JSONBytes
@testable import Threads

/// A store whose Queries are answered as DynamoDB would, found the simplest way: every item looked at, in the
/// order of the keys' bytes, the limit counted before the filter, an answer's end anywhere.
///
/// The runs over it are those of the DynamoDB store, whose requests have to keep DynamoDB's rules; what is not in it is
/// the wire.
package final class TableModel: RecordStore {
    /// What an item is known by: a record, and in which shard of its day it is, if in one.
    private struct ItemKey: Hashable {
        let record: RecordKey
        let shard: Int?
    }

    private struct Item {
        let record: AuditRecord
        let shard: Int?

        var partition: [UInt8] { SystemDay.text(record.key, shard: shard) }
    }

    private struct State {
        var items: [ItemKey: Item] = [:]
        var random: SplitMix64
        var plan: ShardPlan
    }

    private let state: Mutex<State>
    private let table: DynamoDBTable
    private let rules: RequestRules
    let readsAtOnce = 16
    private let helpers = HelperThreads(limit: 2)

    /// Whether a filter lets some through that it need not, as servers do whose rules are others.
    private let isCoarse: Bool
    /// By which it is told which: the same ones, whoever else asks. A page's end may depend on them, and so its cursor.
    private let coarseness: UInt64

    /// Whether some of what is put is put by somebody who knows no shards.
    private let hasOldWriters: Bool

    init(
        random: SplitMix64, isCoarse: Bool = true, table: DynamoDBTable = DynamoDBTable(),
        plan: ShardPlan = ShardPlan(),
        hasOldWriters: Bool = false
    ) {
        self.hasOldWriters = hasOldWriters
        self.isCoarse = isCoarse
        var random = random
        coarseness = random.next()
        self.table = table
        var rules = RequestRules()
        rules.learn(Array(MotoTable.definition(of: table).utf8))
        self.rules = rules
        state = Mutex(State(random: random, plan: plan))
    }

    func put(_ records: [AuditRecord]) throws(StoreError) {
        for record in records where !table.attributeIndexes.isEmpty {
            if let refusal = refusal(of: record) {
                throw StoreError(.refused, "ValidationException: \(refusal)")
            }
        }
        state.withLock { state in
            for record in records { put(record, &state) }
        }
    }

    /// Over how many partitions days are spread.
    var plan: ShardPlan {
        get { state.withLock { $0.plan } }
        set { state.withLock { $0.plan = newValue } }
    }

    /// Puts a record as who has looked it up before: where it was found before its day was spread, it is no more. Somebody who knows no
    /// shards puts new ones where none is, and what is in a shard once more.
    private func put(_ record: AuditRecord, _ state: inout State) {
        let planned = ItemKey(record: record.key, shard: state.plan.shard(of: record.key))
        let plain = ItemKey(record: record.key, shard: nil)
        let isOld = hasOldWriters && state.random.once(in: 3)
        guard !isOld || state.items[planned] != nil else {
            state.items[plain] = Item(record: record, shard: nil)
            return
        }
        state.items[plain] = nil
        state.items[planned] = Item(record: record, shard: planned.shard)
        if isOld { state.items[plain] = Item(record: record, shard: nil) }
    }

    /// Why DynamoDB refuses to put a record; nil when it takes it.
    func refusal(of record: AuditRecord) -> String? {
        var body = Array("{\"TableName\":\"\(table.name)\",\"Item\":".utf8)
        try! ItemWriter.append(record, to: &body)
        return rules.refusal(of: "PutItem", body + [UInt8(ascii: "}")])
    }

    func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        try FetchedRecords.of(keys, budget) { key in
            state.withLock { state in
                let shard = state.plan.shard(of: key)
                let item =
                    state.items[ItemKey(record: key, shard: shard)]
                    ?? state.items[ItemKey(record: key, shard: nil)]
                return item?.record
            }
        }
    }

    func probe() throws(StoreError) {}

    /// As of a table whose systems an operator has named.
    func names(_ read: NameRead) -> NameRun? { known.names(read) }

    private var known: DynamoDBTable {
        DynamoDBTable(systems: state.withLock { Set($0.items.keys.map(\.record.systemId)) }.sorted())
    }

    func read(_ reads: [PartitionRead]) -> [Result<PartitionRun, StoreError>] {
        helpers.read(reads, of: self)
    }

    func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
        let plan = plan
        switch read.partition {
        case .systemDay(let system, let day) where plan.count(of: system, on: day) > 1:
            return try self.read(read, of: day, [system], plan)
        case .user, .resource, .systemDay: return try self.read(ShardRead(read: read, shard: nil))
        case .day(let day):
            if table.attributeWay(for: read) != nil {
                return try self.read(ShardRead(read: read.bounded(by: day), shard: nil))
            }
            return try self.read(read, of: day, known.systems(in: read.restriction), plan)
        }
    }

    private func read(
        _ read: PartitionRead, of day: Day, _ systems: [Identifier], _ plan: ShardPlan
    ) throws(StoreError) -> PartitionRun {
        var run = DayRun(read, of: day, systems: systems, plan: plan) { [self] parts in
            helpers.map(parts.count) { [self] index in
                Result { () throws(StoreError) in try self.read(parts[index]) }
            }
        }
        return try run.page()
    }

    private func read(_ part: ShardRead) throws(StoreError) -> PartitionRun {
        let read = part.read
        let keys = SortKeyRange(read)
        let body = QueryBody(read, keys, in: table, shard: part.shard)
        let way = table.way(for: read, shard: part.shard)
        return try QueryRun(read, keys, isFiltered: body.isFiltered, access: body.access) {
            (limit, startKey, _) throws(StoreError) in
            let bytes = body.bytes(limit: limit, startKey: startKey)
            if let refusal = self.rules.refusal(of: "Query", bytes) {
                throw StoreError(.unavailable, "ValidationException: \(refusal)")
            }
            return self.answer(read, way, keys, limit, startKey) { found in
                guard !read.equalities.isEmpty else { return read.restriction.matches(found.record) }
                var item: [UInt8] = []
                try! ItemWriter.append(found.record, shard: found.shard, to: &item)
                return try! FilterEvaluation(bytes).lets(item)
            }
        }.page()
    }

    private func answer(
        _ read: PartitionRead, _ way: DynamoDBTable.Way, _ keys: SortKeyRange, _ limit: Int,
        _ startKey: [UInt8]?, lets: (Item) -> Bool
    ) -> QueryAnswer {
        state.withLock { state in
            var items = state.items.values.filter { Self.isIn(read.partition, way, keys, $0) }
                .sorted { Self.key($0).lexicographicallyPrecedes(Self.key($1)) }
            if read.order == .descending { items.reverse() }
            if let startKey, let index = items.firstIndex(where: { Self.json($0, way) == startKey }) {
                items.removeFirst(index + 1)
            }
            // 1 MB may end a page before the limit does.
            let count = state.random.once(in: 4) ? state.random.number(in: 1...limit) : limit
            let looked = items.prefix(count)
            let kept = looked.filter { isNeedless($0) || lets($0) }
            let isEnd = looked.count == items.count && (looked.count < limit || state.random.once(in: 2))
            return Self.answer(
                kept, scanned: looked.count, last: isEnd ? nil : looked.last.map { Self.json($0, way) })
        }
    }

    /// Whether a filter lets an item through in any case.
    private func isNeedless(_ item: Item) -> Bool {
        let mixed = SortKey.text(item.record.key).reduce(coarseness) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return isCoarse && (mixed >> 32) % 3 == 0
    }

    private static func isIn(
        _ partition: Partition, _ way: DynamoDBTable.Way, _ keys: SortKeyRange, _ item: Item
    ) -> Bool {
        let record = item.record
        let isInPartition =
            switch partition {
            case .user(let user): record.userId == user
            case .resource(let resource): record.resourceId == resource
            case .systemDay: item.partition == way.value
            case .day: way.attribute.map { text(of: $0, record) == way.value } ?? false
            }
        let key = SortKey.text(record.key)
        return isInPartition && (keys.lower.map { !key.lexicographicallyPrecedes($0) } ?? true)
            && (keys.upper.map { !$0.lexicographicallyPrecedes(key) } ?? true)
    }

    /// What an index of an attribute has of a record; nil where that is not in it.
    private static func text(of attribute: Identifier, _ record: AuditRecord) -> [UInt8]? {
        let object = try! JSONObject(record.attributes)
        return object.members.first { $0.name == attribute.bytes }.flatMap { object.string($0) }
    }

    /// The table's order, and an order of what is the same in an index.
    private static func key(_ item: Item) -> [UInt8] {
        SortKey.text(item.record.key) + [0] + item.partition.reversed()
    }

    /// The keys of the table, and of the index that is read.
    private static func json(_ item: Item, _ way: DynamoDBTable.Way) -> [UInt8] {
        let sortKey = SortKey.text(item.record.key)
        var keys: [([UInt8], [UInt8])] = [(Array("SK".utf8), sortKey), (Array("PK".utf8), item.partition)]
        if way.index != nil {
            keys.append((way.partitionKey, way.value))
            let sort = "\(way.sortKey.name)"
            if sort != "SK" { keys.append((Array(sort.utf8), sortKey)) }
        }
        var json: [UInt8] = []
        for (name, text) in keys {
            json.append(json: json.isEmpty ? "{" : ",")
            json.append(jsonString: name)
            json.append(json: ":")
            json.append(typedString: text)
        }
        return json + [UInt8(ascii: "}")]
    }

    private static func answer(_ kept: [Item], scanned: Int, last: [UInt8]?) -> QueryAnswer {
        var body: [UInt8] = []
        body.append(json: "{\"Items\":[")
        for (index, item) in kept.enumerated() {
            if index > 0 { body.append(json: ",") }
            try! ItemWriter.append(item.record, shard: item.shard, to: &body)
        }
        body.append(contentsOf: "],\"ScannedCount\":\(scanned)".utf8)
        if let last {
            body.append(json: ",\"LastEvaluatedKey\":")
            body += last
        }
        body.append(json: "}")
        return try! QueryAnswer(body)
    }
}
