// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import DemoData
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance
@testable import DynamoDBRecords
@testable import DynamoDBStandIns

/// A table's own indexes of attributes: what they answer is what a walk over all systems would.
@Suite struct AttributeIndexTests {
    // `action` is a word of DynamoDB's, and the other name is none that an expression takes.
    private static let indexes = [
        AttributeIndex(attribute: "action", name: "GSI3"),
        AttributeIndex(attribute: "odd name", name: "by-odd.name"),
    ]
    private static let systems: [Identifier] = ["a", "a#b", "b"]
    private static let table = DynamoDBTable(systems: systems, attributeIndexes: indexes)
    private static let range = TimeRange(
        start: TestRecord.instant("2024-02-27T06:00:00Z"), end: TestRecord.instant("2024-03-02T12:00:00Z"))
    private static let values =
        [
            "\"x\"", "\"x\"", "\"y\"", "\"\"", "null", "true", "1", "[\"x\"]", "{\"x\":\"x\"}", "\"\\u0078\"",
            "[]",
        ]
        + [256, 257, 2048, 2049].map { "\"\(String(repeating: "x", count: $0))\"" }

    private static func record(_ number: Int, _ random: inout SplitMix64) -> AuditRecord {
        let attributes = ["action", "odd name", "other"].filter { _ in random.number(in: 0...3) > 0 }
            .map { "\"\($0)\":\(random.pick(values))" }.joined(separator: ",")
        let day = random.pick(["2024-02-26", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"])
        let time = random.pick([
            "00:00:00", "00:00:00.5", "12:00:00", "12:00:00.25", "23:59:59.999999999", "11:59:59.9",
        ])
        return TestRecord.make(
            Identifier("id-\(number % 40)"), at: "\(day)T\(time)Z", system: random.pick(systems),
            attributes: "{\(attributes)}")
    }

    private static func filter(_ random: inout SplitMix64) -> String {
        let long = String(repeating: "x", count: 256)
        let conditions = (0..<random.number(in: 1...3)).map { _ in
            let path = random.pick(["action", "action", "\"odd name\"", "other", "action.x"])
            return "\(path) \(random.number(in: 0...7) > 0 ? "eq" : "ne") "
                + random.pick(["\"x\"", "\"x\"", "\"y\"", "\"\"", "null", "1", "\"\(long)\""])
        }
        return conditions.joined(separator: random.once(in: 5) ? " or " : " and ")
    }

    private static func records(_ count: Int, _ random: inout SplitMix64) -> [AuditRecord] {
        var found: [RecordKey: AuditRecord] = [:]
        for number in 0..<count {
            let record = record(number, &random)
            if table.indexFault(of: record) == nil { found[record.key] = record }
        }
        return Array(found.values)
    }

    /// All that a question is answered with, page by page.
    private func ask(
        _ store: any RecordStore, of records: [AuditRecord], _ random: inout SplitMix64
    ) throws {
        var model = RecordModel()
        model.put(records)
        let text = Self.filter(&random)
        let filter = try RecordFilter(Array(text.utf8))
        let scope = random.once(in: 3) ? SystemScope(patterns: ["a", "b"]) : SystemScope.all
        let query = RecordQuery(
            filter: filter, range: Self.range, order: random.pick(SortOrder.allCases),
            limit: random.number(in: 1...12))
        var paging = Paging(store: store, scope: scope)
        if random.once(in: 3) { paging.budget = { (.spent, { .now }) } }
        var unfiltered = query
        unfiltered.filter = nil
        let expected = try model.matching(unfiltered, scope: scope).filter {
            try filter.matches($0, attributes: $0.attributes)
        }
        // The emulator writes the text of attributes anew.
        let found = try paging.records(of: query)
        try require(
            found.map(\.key) == expected.map(\.key), "\(found.count), not \(expected.count): \(query)")
    }

    @Test func `all pages by an index of a table are exactly the matching records, in order, once`() {
        forAll(cases: 150) { random in
            let store = TableModel(random: random.fork(), table: Self.table)
            let records = Self.records(90, &random)
            try store.put(records)
            for _ in 0..<4 { try ask(store, of: records, &random) }
        }
    }

    @Test(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
    func `all pages by an index of an emulator are those, and the index is what was asked`() throws {
        let store = try MotoTable.make(
            "attribute-indexes", at: MotoServer.shared().url, systems: Self.systems, indexes: Self.indexes)
        var random = SplitMix64(seed: 11)
        let records = Self.records(90, &random)
        try store.put(records)
        for _ in 0..<25 { try ask(store, of: records, &random) }
        let trace = ReadTrace()
        var reader = PageReader(store: store, now: { .now })
        reader.trace = trace
        let query = RecordQuery(
            filter: try RecordFilter(Array("action eq \"x\"".utf8)), range: Self.range, limit: 1000)
        _ = try reader.page(of: query, scope: .all, budget: .ample)
        let groups = trace.read.groups
        #expect(groups.map(\.first.index) == ["GSI3 of the table attribute-indexes"])
        #expect(groups.allSatisfy { $0.first.bounds.hasPrefix("action = \"x\" AND SK BETWEEN") })
    }

    @Test func `DynamoDB refuses exactly the records that are said to have a fault for an index's sake`()
        throws
    {
        let model = TableModel(random: SplitMix64(seed: 1), table: Self.table)
        var faults = 0
        forAll(cases: 400) { random in
            let record = Self.record(0, &random)
            let fault = Self.table.indexFault(of: record)
            let refusal = model.refusal(of: record)
            faults += fault == nil ? 0 : 1
            try require(
                (fault == nil) == (refusal == nil), "\(fault ?? "nil"), \(refusal ?? "nil"): \(record)")
        }
        #expect(faults > 50)
        let record = TestRecord.make("a", at: "2024-02-29T12:00:00Z", attributes: "{\"action\":[\"x\"]}")
        #expect(
            Self.table.indexFault(of: record)
                == "its action is no text, and a text of 1 to 2048 bytes is all that the index GSI3 of "
                + "store.dynamodb.attribute-indexes allows there")
        #expect(DynamoDBTable().indexFault(of: record) == nil)
    }

    private func way(
        _ filter: String, _ partition: Partition = .day(Day(daysSince1970: 19_782)), scope: SystemScope = .all
    ) throws -> String? {
        var read = PartitionRead(
            partition: partition, range: Self.range, order: .ascending, after: nil,
            restriction: Restriction(scope: scope), limit: 10, budget: .ample)
        read.equalities = try RecordFilter(Array(filter.utf8)).requiredEqualities
        return Self.table.attributeWay(for: read)?.index
    }

    @Test func `an index is asked only where it has all records, for a key that may see them`() throws {
        #expect(try way("action eq \"x\"") == "GSI3")
        #expect(try way("other eq \"x\" and (\"odd name\" eq \"y\" and a pr)") == "by-odd.name")
        for filter in [
            "action eq \"\"", "action eq 1", "action eq null", "action eq true", "action.x eq \"x\"",
            "action ne \"x\"", "action sw \"x\"", "action eq \"x\" or other eq \"x\"", "Action eq \"x\"",
            "action eq \"\(String(repeating: "x", count: 257))\"", "not (action eq \"x\")",
        ] {
            #expect(try way(filter) == nil, "\(filter)")
        }
        #expect(try way("action eq \"x\"", scope: SystemScope(patterns: ["a", "b"])) == nil)
        #expect(try way("action eq \"x\"", scope: SystemScope(patterns: ["a*"])) == nil)
        #expect(try way("action eq \"x\"", .user("u")) == nil)
        #expect(try way("action eq \"x\"", .systemDay("a", Day(daysSince1970: 19_782))) == nil)
    }

    @Test func `an index that has not all attributes is refused, and never gives records that are short`()
        throws
    {
        var rules = RequestRules()
        let definition = MotoTable.definition(of: Self.table)
        var read = PartitionRead(
            partition: .day(Day(daysSince1970: 19_782)), range: Self.range, order: .ascending, after: nil,
            restriction: Restriction(scope: .all), limit: 10, budget: .ample)
        read.equalities = try RecordFilter(Array("action eq \"x\" and action.y eq \"x\" and b eq \"x\"".utf8))
            .requiredEqualities
        let body = QueryBody(read, SortKeyRange(read), in: Self.table).bytes(limit: 1, startKey: nil)
        rules.learn(Array(definition.utf8))
        #expect(rules.refusal(of: "Query", body) == nil)
        let partial = definition.replacing(
            "\"RANGE\"}], \"Projection\": {\"ProjectionType\": \"ALL\"}",
            with: "\"RANGE\"}], \"Projection\": {\"ProjectionType\": \"INCLUDE\"}")
        rules.learn(Array(partial.utf8))
        #expect(rules.refusal(of: "Query", body)?.contains("projection type is not ALL") == true)
    }

    @Test func `an item that an index does not have, and a filter may want, is found by a look at all items`()
        throws
    {
        func item(_ number: Int, _ value: String) -> String {
            let sort = "2024-01-31T10:00:00Z#\(number)"
            return
                ##"{"PK":{"S":"a#2024-01-31"},"SK":{"S":"\##(sort)"},"GS1_PK":{"S":"#u"},"GS1_SK":{"S":"\##(sort)"},"##
                + "\"action\":\(value)}"
        }
        let wrong = [
            #"{"L":[{"S":"x"}]}"#, #"{"L":[]}"#, #"{"SS":["x"]}"#, #"{"B":"eA=="}"#, #"{"BS":["eA=="]}"#,
        ]
        let right = [
            #"{"S":"x"}"#, #"{"S":""}"#, #"{"N":"1"}"#, #"{"NULL":true}"#, #"{"BOOL":true}"#,
            #"{"NS":["1"]}"#,
            #"{"M":{"action":{"L":[]}}}"#,
        ]
        let items = (wrong + right).enumerated().map { item($0.offset, $0.element) }
        let body = Array("{\"Items\":[\(items.joined(separator: ","))]}".utf8)
        #expect(try ScanAnswer(body).faults.isEmpty)
        let found = try ScanAnswer(body, indexes: Self.indexes)
        #expect(found.itemCount == items.count && found.faults.count == wrong.count)
        #expect(found.faults.allSatisfy { $0.detail.contains("GSI3") && $0.key.contains("a#2024-01-31") })
        // What is not wrong passes no filter that asks the index.
        let filter = try RecordFilter(Array("action eq \"x\"".utf8))
        for value in right.dropFirst() {
            let record = try QueryAnswer(Array("{\"Items\":[\(item(0, value))]}".utf8)).records[0]
            #expect(try !filter.matches(record, attributes: record.attributes), "\(value)")
        }
    }
}
