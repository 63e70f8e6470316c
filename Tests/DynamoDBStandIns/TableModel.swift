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
    private struct State {
        var records: [RecordKey: AuditRecord] = [:]
        var random: SplitMix64
    }

    private let state: Mutex<State>
    private let table: DynamoDBTable
    private let rules: RequestRules
    let readsAtOnce = 16
    private let helpers = HelperThreads(limit: 2)

    /// Whether a filter lets some through that it need not, as servers do whose rules are others.
    private let isCoarse: Bool

    init(random: SplitMix64, isCoarse: Bool = true, table: DynamoDBTable = DynamoDBTable()) {
        self.isCoarse = isCoarse
        self.table = table
        var rules = RequestRules()
        rules.learn(Array(MotoTable.definition(of: table).utf8))
        self.rules = rules
        state = Mutex(State(random: random))
    }

    func put(_ records: [AuditRecord]) throws(StoreError) {
        for record in records where !table.attributeIndexes.isEmpty {
            if let refusal = refusal(of: record) {
                throw StoreError(.refused, "ValidationException: \(refusal)")
            }
        }
        state.withLock { state in
            for record in records { state.records[record.key] = record }
        }
    }

    /// Why DynamoDB refuses to put a record; nil when it takes it.
    func refusal(of record: AuditRecord) -> String? {
        var body = Array("{\"TableName\":\"\(table.name)\",\"Item\":".utf8)
        try! ItemWriter.append(record, to: &body)
        return rules.refusal(of: "PutItem", body + [UInt8(ascii: "}")])
    }

    func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        try FetchedRecords.of(keys, budget) { key in state.withLock { $0.records[key] } }
    }

    func probe() throws(StoreError) {}

    func read(_ reads: [PartitionRead]) -> [Result<PartitionRun, StoreError>] {
        helpers.read(reads, of: self)
    }

    func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
        guard case .day(let day) = read.partition else { return try self.read(partition: read) }
        if table.attributeWay(for: read) != nil { return try self.read(partition: read.bounded(by: day)) }
        let systems = state.withLock { Set($0.records.keys.map(\.systemId)) }
        let table = DynamoDBTable(systems: systems.sorted())
        var run = DayRun(read, of: day, systems: table.systems(in: read.restriction)) { self.read($0) }
        return try run.page()
    }

    private func read(partition read: PartitionRead) throws(StoreError) -> PartitionRun {
        let keys = SortKeyRange(read)
        let body = QueryBody(read, keys, in: table)
        let way = table.way(for: read)
        return try QueryRun(read, keys, isFiltered: body.isFiltered, access: body.access) {
            (limit, startKey, _) throws(StoreError) in
            let bytes = body.bytes(limit: limit, startKey: startKey)
            if let refusal = self.rules.refusal(of: "Query", bytes) {
                throw StoreError(.unavailable, "ValidationException: \(refusal)")
            }
            return self.answer(read, way, keys, limit, startKey) { record in
                guard !read.equalities.isEmpty else { return read.restriction.matches(record) }
                var item: [UInt8] = []
                try! ItemWriter.append(record, to: &item)
                return try! FilterEvaluation(bytes).lets(item)
            }
        }.page()
    }

    private func answer(
        _ read: PartitionRead, _ way: DynamoDBTable.Way, _ keys: SortKeyRange, _ limit: Int,
        _ startKey: [UInt8]?,
        lets: (AuditRecord) -> Bool
    ) -> QueryAnswer {
        state.withLock { state in
            var items = state.records.values.filter { Self.isIn(read.partition, way, keys, $0) }
                .sorted { Self.key($0.key).lexicographicallyPrecedes(Self.key($1.key)) }
            if read.order == .descending { items.reverse() }
            if let startKey, let index = items.firstIndex(where: { Self.json($0, way) == startKey }) {
                items.removeFirst(index + 1)
            }
            // 1 MB may end a page before the limit does.
            let count = state.random.once(in: 4) ? state.random.number(in: 1...limit) : limit
            let looked = items.prefix(count)
            let kept = looked.filter { isCoarse && state.random.once(in: 3) || lets($0) }
            let isEnd = looked.count == items.count && (looked.count < limit || state.random.once(in: 2))
            return Self.answer(
                kept, scanned: looked.count, last: isEnd ? nil : looked.last.map { Self.json($0, way) })
        }
    }

    private static func isIn(
        _ partition: Partition, _ way: DynamoDBTable.Way, _ keys: SortKeyRange, _ record: AuditRecord
    ) -> Bool {
        let isInPartition =
            switch partition {
            case .user(let user): record.userId == user
            case .resource(let resource): record.resourceId == resource
            case .systemDay(let system, let day):
                SystemDay.text(record.key) == SystemDay.text(system, day)
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
    private static func key(_ key: RecordKey) -> [UInt8] {
        SortKey.text(key) + [0] + SystemDay.text(key).reversed()
    }

    /// The keys of the table, and of the index that is read.
    private static func json(_ record: AuditRecord, _ way: DynamoDBTable.Way) -> [UInt8] {
        var keys: [([UInt8], [UInt8])] = [
            (Array("SK".utf8), SortKey.text(record.key)), (Array("PK".utf8), SystemDay.text(record.key)),
        ]
        if way.index != nil {
            keys.append((way.partitionKey, way.value))
            let sort = "\(way.sortKey.name)"
            if sort != "SK" { keys.append((Array(sort.utf8), SortKey.text(record.key))) }
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

    private static func answer(_ kept: [AuditRecord], scanned: Int, last: [UInt8]?) -> QueryAnswer {
        var body: [UInt8] = []
        body.append(json: "{\"Items\":[")
        for (index, record) in kept.enumerated() {
            if index > 0 { body.append(json: ",") }
            try! ItemWriter.append(record, to: &body)
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
