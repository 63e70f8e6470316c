import TestSupport
import Testing

@testable import AuditRecords
@testable import AuditStores
@testable import DynamoDBRecords
@testable import LogFormats
@testable import Loading
@testable import StoreConformance

/// The rules of every store against those of DynamoDB.
@Suite struct RecordRulesOfDynamoDBTests {
    /// Item size is DynamoDB's own, and random records are far from it.
    @Test func `what is taken, DynamoDB stores, and what it refuses is refused for every store`() {
        forAll(cases: 3000) { random in
            let attributes = AwkwardJSON.object(&random)
            let record = TestRecord.make("a", at: "2024-02-29T12:00:00Z", attributes: attributes)
            let (rules, item) = (RecordRules.faults(of: record).first, ItemWriter.fault(of: record))
            try require(
                (rules == nil) == (item == nil),
                "\(rules ?? "taken"), by DynamoDB \(item ?? "taken"): \(attributes)")
            if rules == nil { try StrictJSON.check(record.attributes) }
        }
    }

    @Test func `a load takes the same lines for each store`() throws {
        forAll(cases: 300) { random in
            let attributes = AwkwardJSON.object(&random).dropFirst()
            let line =
                "{\"auditId\":\"a\",\"timestamp\":\"2024-02-29T12:00:00Z\",\"systemId\":\"s\",\"userId\":\"u\","
                + "\"resourceId\":\"r\"\(attributes == "}" ? "" : ",")\(attributes)"
            let store = NaiveStore()
            var reasons: [String] = []
            var loader = RecordLoader(store: store) { reasons.append($1) }
            try loader.take(.bytes(Array(line.utf8)))
            try loader.flush()
            let records = try store.read(StoreConformance(store: store).read(.user("u"), .ascending)).records
            try require(records.count + reasons.count == 1, "\(records.count) records, \(reasons)")
            for record in records {
                try require(ItemWriter.fault(of: record) == nil, "DynamoDB refuses what was loaded: \(line)")
                try StrictJSON.check(record.attributes)
            }
        }
    }
}
