// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import TestSupport
import Testing
@testable import JSONBytes
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance
@testable import DynamoDBStandIns
@testable import DemoData
@testable import DynamoDBRecords

@Suite struct QueryRunTests {
    @Test(arguments: [false, true])
    func `all pages over a table's keys are exactly the matching records, in order, once`(
        _ hasOtherSpellings: Bool
    ) {
        forAll(cases: 40) { random in
            let store = TableModel(random: random.fork())
            var rounds = Rounds(random: random.fork())
            rounds.size = (120, 8)
            rounds.vocabulary.hasOtherSpellings = hasOtherSpellings
            try rounds.fill(store)
            try rounds.ask(store, writer: store)
        }
    }

    @Test(arguments: StoreConformance.checks.map(\.name))
    func `runs over a table do what every store must`(_ name: String) throws {
        let check = try #require(StoreConformance.checks.first { $0.name == name })
        let store = TableModel(random: SplitMix64(seed: 1))
        try check.run(StoreConformance(store: store, recordsBeforeBudgetStop: 150))
    }

    @Test(arguments: SortOrder.allCases)
    func `a table that gives the same key for ever is an error, one that gives empty pages ends in time`(
        _ order: SortOrder
    ) throws {
        func run(_ budget: Budget, _ key: @escaping (Int) -> String) throws(StoreError) -> PartitionRun {
            var asked = 0
            let read = PartitionRead(
                partition: .user("u"), range: TimeRange(start: nil, end: nil), order: order, after: nil,
                restriction: Restriction(scope: .all), limit: 10,
                budget: budget)
            return try QueryRun(read, SortKeyRange(read), isFiltered: false) {
                (_, _, _) throws(StoreError) in
                asked += 1
                let text =
                    "{\"Items\":[],\"ScannedCount\":1,\"LastEvaluatedKey\":{\"SK\":{\"S\":\"\(key(asked))\"}}}"
                return try! QueryAnswer(Array(text.utf8))
            }.page()
        }
        let time = "2024-01-31T10:00:00Z#"
        let same = #expect(throws: StoreError.self) { try run(.ample) { _ in time } }
        #expect(same?.code == .unavailable)
        let soon = Budget(soft: .now, deadline: .now + .seconds(60))
        let page = try run(soon) { "\(time)\($0)" }
        #expect(page.records.isEmpty && page.resume != nil)
        let late = #expect(throws: StoreError.self) { try run(.past) { "\(time)\($0)" } }
        #expect(late?.code == .deadline)
    }

    /// A run over items as they are in the table, each answer with so many of them.
    private func run(
        _ items: [String], _ order: SortOrder = .descending, each count: Int = 1, budget: Budget = .ample
    ) throws(StoreError) -> PartitionRun {
        let read = PartitionRead(
            partition: .user("u"), range: TimeRange(start: nil, end: nil), order: order, after: nil,
            restriction: Restriction(scope: .all), limit: 100,
            budget: budget)
        var rest = items[...]
        return try QueryRun(read, SortKeyRange(read), isFiltered: false) { (_, _, _) throws(StoreError) in
            let page = rest.prefix(count)
            rest = rest.dropFirst(count)
            let last = rest.isEmpty ? "" : ",\"LastEvaluatedKey\":\(page.last ?? "{}")"
            let body = "{\"Items\":[\(page.joined(separator: ","))]\(last)}"
            do throws(JSONFault) {
                return try QueryAnswer(Array(body.utf8))
            } catch {
                throw StoreError(.unavailable, error.ofAnswer)
            }
        }.page()
    }

    private func item(_ time: String, day: String = "2024-01-31", index: String? = nil) -> String {
        ##"{"PK":{"S":"s#\##(day)"},"SK":{"S":"\##(time)#1"},"GS1_PK":{"S":"#u"},"GS1_SK":{"S":"\##(index ?? "\(time)#1")"}}"##
    }

    @Test func `a page whose time ends within the last second of all ends in a place before its end`()
        throws
    {
        let items = [
            "9999-12-31T23:59:59.5Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:58Z", "9999-12-31T23:59:57Z",
        ]
        .map { item($0, day: "9999-12-31") }
        let page = try run(items, budget: .spent)
        // Nothing is passed for sure before another second is met.
        #expect(page.records.count == 2)
        let resume = try #require(page.resume)
        #expect(resume == .boundary(at: TestRecord.instant("9999-12-31T23:59:59Z")))
    }

    @Test(arguments: [
        "2024-01-31T10:00:00+00:00", "2024-01-31T10:00:00-00:00", "2024-01-31T10:00:00z",
        "2024-01-31T10:00:00.5+00:00",
    ])
    func `UTC by another name is read in its place`(_ time: String) throws {
        #expect(
            try run([item("2024-01-31T10:00:01Z"), item(time)]).records.map(\.key.timestamp).last
                == Array(time.utf8))
    }

    /// Each would be out of order, out of its day, or out of an index, and make pages lose records.
    @Test(arguments: [
        ("2024-01-31T11:00:00+02:00", "not in UTC"), ("2024-01-31T10:00:00-05:30", "not in UTC"),
        ("2024-01-31t10:00:00Z", "small t"), ("2024-01-31T10:00:00", "no offset"),
        ("2024-01-31 10:00:00Z", "not an RFC 3339 timestamp"), ("2024-01-31T10:00:60Z", "leap second"),
        ("2024-02-01T00:00:00Z", "another day"), ("META", "not an RFC 3339 timestamp"),
    ])
    func `an item that has no place in the order is an error with its key, read or passed`(
        _ time: String, _ detail: String
    ) throws {
        for order in SortOrder.allCases {
            for count in [1, 2] {
                let items = [item(time), item("2024-01-31T10:00:00Z")]
                let error = #expect(throws: StoreError.self) { try run(items, order, each: count) }
                #expect(error?.code == .unavailable)
                let key = ##"{"PK":{"S":"s#2024-01-31"},"SK":{"S":"\##(time)#1"}}"##
                #expect(error?.description.contains(key) == true, "\(error as Any)")
                #expect(error?.description.contains(detail) == true, "\(error as Any)")
                #expect(error?.description.contains("table verify --records") == true)
            }
        }
    }

    @Test(arguments: [
        "2024-01-31T11:00:00+02:00#1", "2024-01-31t10:00:00Z#1", "META", "2024-01-31T10:00:00Z#",
    ])
    func `a key to go on from that has no place in the order is an error with that key`(_ sort: String) {
        let read = PartitionRead(
            partition: .user("u"), range: TimeRange(start: nil, end: nil), order: .ascending, after: nil,
            restriction: Restriction(scope: .all), limit: 10,
            budget: .ample)
        let error = #expect(throws: StoreError.self) {
            try QueryRun(read, SortKeyRange(read), isFiltered: true) { (_, _, _) throws(StoreError) in
                try! QueryAnswer(
                    Array("{\"Items\":[],\"LastEvaluatedKey\":{\"SK\":{\"S\":\"\(sort)\"}}}".utf8))
            }.page()
        }
        #expect(error?.description.contains(sort) == true, "\(error as Any)")
    }

    @Test func `an item whose index sorts it elsewhere is an error with its key`() {
        for index in ["2024-01-31T10:00:00Z", "2024-01-31T10:00:00Z#2"] {
            let error = #expect(throws: StoreError.self) {
                try run([item("2024-01-31T10:00:00Z", index: index)])
            }
            #expect(error?.description.contains("GS1_SK is not its SK") == true, "\(error as Any)")
        }
    }

    @Test(arguments: SortOrder.allCases)
    func `a server whose items come out of order is an error`(_ order: SortOrder) {
        var times = ["2024-01-31T10:00:00Z", "2024-01-31T10:00:01Z", "2024-01-31T10:00:02Z"]
        if order == .descending { times.reverse() }
        #expect(throws: Never.self) { try run(times.map { item($0) }, order, each: 3) }
        times.swapAt(0, 1)
        for count in [1, 3] {
            #expect(throws: StoreError.self) { try run(times.map { item($0) }, order, each: count) }
        }
    }

    /// What the partition decides is decided before it is read, and is in no filter.
    @Test func `a day of a system is read with no filter of its keys, or not at all`() throws {
        func body(_ scope: [String], named: Identifier? = nil) throws -> String? {
            let read = PartitionRead(
                partition: .systemDay("a_", Day(daysSince1970: 19_000)),
                range: TimeRange(start: nil, end: nil),
                order: .ascending, after: nil,
                restriction: Restriction(
                    userId: "u", systemId: named, resourceId: nil, scope: SystemScope(patterns: scope)),
                limit: 10, budget: .ample)
            guard !read.isRuledOut else {
                let page = try QueryRun(read, SortKeyRange(read), isFiltered: false) {
                    (_, _, _) throws(StoreError) in
                    throw StoreError(.unavailable, "what is outside of the scope was read")
                }.page()
                #expect(page.records.isEmpty && page.resume == nil)
                return nil
            }
            let bytes = QueryBody(read, SortKeyRange(read), in: DynamoDBTable()).bytes(
                limit: 10, startKey: nil)
            #expect(RequestRules().refusal(of: "Query", bytes) == nil)
            return String(decoding: bytes, as: UTF8.self)
        }
        for scope in [["a_"], ["a*"], ["a_*", "b"], ["*"]] {
            let text = try #require(try body(scope))
            #expect(
                text.contains(##""FilterExpression":"GS1_PK = :s0""##) && !text.contains("begins_with"),
                "\(text)")
        }
        for scope in [["a"], ["aX"], ["a_b*"], []] { #expect(try body(scope) == nil) }
        #expect(try body(["*"], named: "aX") == nil && body(["*"], named: "a_") != nil)
    }

    @Test(arguments: [1, 100, 145, 146, 147, 300, 5000])
    func `however many systems a key may see, DynamoDB takes the filter`(_ count: Int) throws {
        let patterns = (0..<count).map { $0.isMultiple(of: 2) ? "s\($0)" : "p\($0)*" }
        let read = PartitionRead(
            partition: .user("u"), range: TimeRange(start: nil, end: nil), order: .ascending, after: nil,
            restriction: Restriction(
                userId: nil, systemId: nil, resourceId: "r", scope: SystemScope(patterns: patterns)),
            limit: 10, budget: .ample)
        let bytes = QueryBody(read, SortKeyRange(read), in: DynamoDBTable()).bytes(limit: 10, startKey: nil)
        #expect(RequestRules().refusal(of: "Query", bytes) == nil)
    }
}
