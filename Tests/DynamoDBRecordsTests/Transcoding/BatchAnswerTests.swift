import Testing
@testable import JSONBytes
@testable import DynamoDBRecords
@testable import AuditRecords
@testable import StoreConformance

@Suite struct BatchAnswerTests {
    private static let item =
        ##"{"PK":{"S":"a#2024-01-31"},"SK":{"S":"2024-01-31T10:00:00Z#1"},"n":{"N":"1"}}"##
    private static let keys =
        ##"{"Keys": [{"PK":{"S":"\u0061#2024-01-31"},"SK":{"S":"2024-01-31T10:00:00Z#2"}}]}"##

    private func get(_ body: String) throws -> BatchGetAnswer {
        try BatchGetAnswer(Array(body.utf8), table: "audit-records")
    }

    private func write(_ body: String) throws -> BatchWriteAnswer {
        try BatchWriteAnswer(Array(body.utf8), table: "audit-records")
    }

    @Test func `items of the table are records, its unprocessed keys stay as they came`() throws {
        let answer = try get(
            """
            {"UnprocessedKeys": {"audit-records" :\(Self.keys) }, "Responses":{"audit-records":[\(Self.item)]},
            "ConsumedCapacity":[{"TableName":"audit-records","CapacityUnits":1.5},{"CapacityUnits":2}]}
            """)
        #expect(answer.records.map(\.key.auditId) == ["1"])
        #expect(answer.records.map(\.attributes) == [Array("{\"n\":1}".utf8)])
        #expect(answer.unprocessedKeys == Array(Self.keys.utf8))
        #expect(answer.consumedCapacity == 3.5)
    }

    @Test(arguments: [
        #"{"Responses":{"audit-records":[]},"UnprocessedKeys":{}}"#, #"{"Responses":{}}"#,
        #"{"Responses":{},"UnprocessedKeys":{"audit-records":{}}}"#,
        #"{"Responses":{},"UnprocessedKeys":null}"#,
    ])
    func `nothing found and nothing left is an answer`(_ body: String) throws {
        let answer = try get(body)
        #expect(answer.records.isEmpty)
        #expect(answer.unprocessedKeys == nil)
        #expect(answer.consumedCapacity == 0)
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"UnprocessedKeys":{}}"#, #"{"Responses":{"other":[]}}"#, #"{"Responses":[]}"#,
        #"{"Responses":{"audit-records":[{}]}}"#, #"{"Responses":{},"UnprocessedKeys":{"other":{}}}"#,
        #"{"Responses":{},"UnprocessedKeys":{"audit-records":[]}}"#, #"{"Responses":{},"Responses":{}}"#,
        #"{"Responses":{"audit-records":[],"audit-records":[]}}"#, #"{"Responses":{}}x"#,
        #"{"Responses":{},"ConsumedCapacity":[{"CapacityUnits":1e999}]}"#,
        #"{"Responses":{},"ConsumedCapacity":[{"CapacityUnits":-1}]}"#,
    ])
    func `what is no answer to a BatchGetItem is refused`(_ body: String) {
        #expect(throws: JSONFault.self) { try get(body) }
    }

    @Test func `unprocessed items stay as they came and are counted`() throws {
        let items = "[ {\"PutRequest\":{\"Item\":\(Self.item)}}, {\"PutRequest\" : {\"Item\":\(Self.item)}}]"
        let answer = try write(
            "{\"UnprocessedItems\": {\"audit-records\": \(items) },\"ItemCollectionMetrics\":{}}")
        #expect(answer.unprocessedItems == Array(items.utf8))
        #expect(answer.unprocessedCount == 2)
    }

    @Test func `the deepest item may be left unprocessed`() throws {
        let value =
            String(repeating: "{\"M\":{\"a\":", count: 32) + "{\"N\":\"1\"}"
            + String(repeating: "}}", count: 32)
        let items = "[{\"PutRequest\":{\"Item\":{\"a\":\(value)}}}]"
        #expect(try write("{\"UnprocessedItems\":{\"audit-records\":\(items)}}").unprocessedCount == 1)
    }

    @Test(arguments: [
        #"{"UnprocessedItems":{}}"#, #"{"UnprocessedItems":{"audit-records":[]}}"#,
        #"{"UnprocessedItems":null,"ItemCollectionMetrics":{}}"#,
    ])
    func `nothing left unprocessed is an answer`(_ body: String) throws {
        let answer = try write(body)
        #expect(answer.unprocessedItems == nil)
        #expect(answer.unprocessedCount == 0)
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"ItemCollectionMetrics":{}}"#, #"{"UnprocessedItems":{"other":[]}}"#,
        #"{"UnprocessedItems":{"audit-records":{}}}"#, #"{"UnprocessedItems":{"audit-records":[1,]}}"#,
    ])
    func `what does not say what is left unprocessed is refused`(_ body: String) {
        #expect(throws: JSONFault.self) { try write(body) }
    }
}
