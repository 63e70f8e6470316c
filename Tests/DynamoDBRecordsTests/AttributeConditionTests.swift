// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import DemoData
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance
@testable import DynamoDBRecords
@testable import DynamoDBStandIns

/// What DynamoDB leaves out for a filter's sake: too little at times, and never too much.
@Suite struct AttributeConditionTests {
    private static let values = ["\"x\"", "\"eA==\"", "\"\"", "\"1\"", "true", "false", "null", "1"]
    private static let names = ["a", "b", "name", "odd name", "PK", "é"]

    private func read(
        _ filter: String, _ restriction: Restriction = Restriction(scope: .all), limit: Int = 100
    ) throws -> PartitionRead {
        var read = PartitionRead(
            partition: .user("u"), range: TimeRange(start: nil, end: nil), order: .ascending, after: nil,
            restriction: restriction, limit: limit, budget: .ample)
        read.equalities = try RecordFilter(Array(filter.utf8)).requiredEqualities
        return read
    }

    private func body(_ read: PartitionRead) -> [UInt8] {
        QueryBody(read, SortKeyRange(read), in: DynamoDBTable()).bytes(limit: 1, startKey: nil)
    }

    /// A value as an item may have it, of any type.
    private static func typed(_ random: inout SplitMix64, depth: Int = 0) -> String {
        switch random.number(in: 0...(depth < 3 ? 12 : 8)) {
        case 0...2: "{\"S\":\(random.pick(values.filter { $0.hasPrefix("\"") }))}"
        case 3: "{\"BOOL\":\(random.once(in: 2))}"
        case 4: random.once(in: 2) ? "{\"N\":\"1\"}" : "{\"NULL\":true}"
        case 5: "{\"B\":\"eA==\"}"
        case 6: "{\"SS\":[\"x\",\"y\"]}"
        case 7: "{\"BS\":[\"eA==\"]}"
        case 8: "{\"NS\":[\"1\"]}"
        case 9...10:
            "{\"L\":[\((0..<random.number(in: 0...2)).map { _ in typed(&random, depth: depth + 1) }.joined(separator: ","))]}"
        default: "{\"M\":{\(members(&random, depth: depth + 1))}}"
        }
    }

    private static func members(_ random: inout SplitMix64, depth: Int = 0) -> String {
        names.filter { _ in random.once(in: 2) }.filter { depth > 0 || $0 != "PK" }
            .map { "\"\($0)\":\(typed(&random, depth: depth))" }.joined(separator: ",")
    }

    private static func item(_ number: Int, _ random: inout SplitMix64) -> String {
        let time = Timestamp(seconds: Int64(number / 3))
        let sort = String(decoding: time.text, as: UTF8.self) + "#id-\(number)"
        let own = members(&random)
        return
            ##"{"PK":{"S":"s#1970-01-01"},"SK":{"S":"\##(sort)"},"GS1_PK":{"S":"#u"},"GS1_SK":{"S":"\##(sort)"}"##
            + (own.isEmpty ? "}" : ",\(own)}")
    }

    private static func record(_ item: String) throws -> AuditRecord {
        try QueryAnswer(Array("{\"Items\":[\(item)],\"ScannedCount\":1}".utf8)).records[0]
    }

    private static func filter(_ random: inout SplitMix64) -> String {
        let equalities = (0..<random.number(in: 1...3)).map { _ in
            let path = (0..<random.number(in: 1...3)).map { _ in "\"\(random.pick(names))\"" }
            return "\(path.joined(separator: ".")) eq \(random.pick(values))"
        }
        return equalities.joined(separator: " and ")
    }

    @Test func `every item whose record passes the filter is let through, whatever stands in it`() {
        forAll(cases: 3000) { random in
            let text = Self.filter(&random)
            let filter = try RecordFilter(Array(text.utf8))
            let bytes = body(try read(text))
            try require(RequestRules().refusal(of: "Query", bytes) == nil, "\(text): refused")
            let evaluation = try FilterEvaluation(bytes)
            for number in 0..<4 {
                let item = Self.item(number, &random)
                let record = try Self.record(item)
                guard try filter.matches(record, attributes: record.attributes) else { continue }
                try require(evaluation.lets(Array(item.utf8)), "\(text): \(item)")
            }
        }
    }

    @Test func `it leaves out what has another value, and asks nothing where it would not help`() throws {
        let evaluation = try FilterEvaluation(body(try read("a eq \"x\" and b.name eq true")))
        func lets(_ attributes: String) throws -> Bool {
            try evaluation.lets(Array("{\"PK\":{\"S\":\"s\"},\(attributes)}".utf8))
        }
        #expect(try lets(#""a":{"S":"x"},"b":{"M":{"name":{"BOOL":true}}}"#))
        #expect(try lets(#""a":{"L":[]},"b":{"L":[]}"#))
        #expect(try !lets(#""a":{"S":"y"},"b":{"M":{"name":{"BOOL":true}}}"#))
        #expect(try !lets(#""a":{"S":"x"},"b":{"M":{"name":{"BOOL":false}}}"#))
        #expect(try !lets(#""a":{"N":"1"},"b":{"L":[]}"#) && !lets(#""b":{"L":[]}"#))
        for text in [
            "a eq 1", "a eq null", "PK eq \"x\"", "GS1_SK.a eq \"x\"", "\"\" eq \"x\"",
            "a.b.c.d.e.f.g eq \"x\"",
            "a ne \"x\"", "a eq \"x\" or b eq \"x\"", "userId eq \"x\"",
            "\(String(repeating: "a", count: 256)) eq \"x\"",
        ] {
            #expect(
                !String(decoding: body(try read(text)), as: UTF8.self).contains("FilterExpression"), "\(text)"
            )
        }
    }

    @Test func `however much is asked, the expression is one that DynamoDB takes`() throws {
        let systems = (0..<200).map { "system-\($0)" }
        for count in [0, 1, 100, 125, 140, 146, 147, 200] {
            let scope = SystemScope(patterns: Array(systems.prefix(count)))
            for length in [1, 60, 250] {
                let name = String(repeating: "n", count: length)
                let text = (0..<12).map { "\(name).\(name).\(name).\(name)\($0) eq \"\(name)\"" }
                    .joined(separator: " and ").prefix(RecordFilter.maximumByteCount)
                guard let filter = try? read(String(text), Restriction(resourceId: "r", scope: scope)) else {
                    continue
                }
                let refusal = RequestRules().refusal(of: "Query", body(filter))
                #expect(refusal == nil, "\(count) systems, \(length): \(refusal ?? "")")
            }
        }
    }

    @Test(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
    func `pages of a filtered question are those of a walk, with sets, lists and binaries`() throws {
        let table = try MotoTable.made("pushed", at: MotoServer.shared().url)
        var random = SplitMix64(seed: 7)
        let items = (0..<60).map { Self.item($0, &random) }
        for item in items { try table.put(item: item) }
        let records = try items.map(Self.record).sorted { $0.key < $1.key }
        for _ in 0..<40 {
            let filter = try RecordFilter(Array(Self.filter(&random).utf8))
            let expected = try records.filter { try filter.matches($0, attributes: $0.attributes) }
            let query = RecordQuery(
                userId: "u", filter: filter, order: .ascending, limit: random.number(in: 1...9))
            let found = try Paging(store: table.store(), scope: .all).records(of: query)
            // DynamoDB's sets have no order.
            #expect(found.map(\.key) == expected.map(\.key), "\(filter)")
        }
    }

    @Test func `a full page looks for one more among a thousand that are left out, and no further`() throws {
        let store = TableModel(random: SplitMix64(seed: 3), isCoarse: false)
        try store.put(
            (0..<6000).map { (number: Int) -> AuditRecord in
                let value = number < 10 ? "x" : "y"
                return TestRecord.make(
                    Identifier("id-\(number)"), at: Timestamp(seconds: Int64(number)), user: "u",
                    attributes: "{\"a\":\"\(value)\"}")
            })
        let filter = try RecordFilter(Array("a eq \"x\"".utf8))
        var reader = PageReader(store: store, now: { .now })
        reader.trace = ReadTrace()
        var query = RecordQuery(userId: "u", filter: filter, order: .ascending, limit: 10)
        let page = try reader.page(of: query, scope: .all, budget: .ample)
        #expect(page.records.count == 10 && page.stop == .limit)
        let looked = try #require(reader.trace?.read.groups.first).cost.looked
        #expect((1000..<3000).contains(looked), "\(looked)")
        query.after = page.resume
        let rest = try reader.page(of: query, scope: .all, budget: .ample)
        #expect(rest.stop == .end && rest.records.allSatisfy { $0.attributes == page.records[0].attributes })
    }
}
