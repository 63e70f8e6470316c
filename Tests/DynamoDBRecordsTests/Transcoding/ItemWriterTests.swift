import TestSupport
import Testing
@testable import JSONBytes
@testable import AuditRecords
@testable import DynamoDBRecords
@testable import StoreConformance

@Suite struct ItemWriterTests {
    private func item(_ record: AuditRecord) throws -> String {
        var item: [UInt8] = []
        try ItemWriter.append(record, to: &item)
        return String(decoding: item, as: UTF8.self)
    }

    @Test func `an item has the table's keys, those of both indexes, and the attributes`() throws {
        let record = TestRecord.make(
            "a#1", at: "2024-01-31T23:59:59.5Z", system: "s\"", user: "u", resource: "r",
            attributes:
                #" { "a\u00e9" : [ 1.50 , "x\n" , true , null , {} ] , "b" : -12345678901234567890e-5 } "#)
        let sort = ##"{"S":"2024-01-31T23:59:59.500Z#a#1"}"##
        let list = #"{"L":[{"N":"1.50"},{"S":"x\n"},{"BOOL":true},{"NULL":true},{"M":{}}]}"#
        #expect(
            try item(record) == ##"{"PK":{"S":"s\"#2024-01-31"},"SK":"## + sort
                + ##","GS1_PK":{"S":"#u"},"GS1_SK":"## + sort + ##","GSI2_PK":{"S":"#r"},"GSI2_SK":"## + sort
                + ##","a\u00e9":"## + list + ##","b":{"N":"-12345678901234567890e-5"}}"##)
    }

    @Test func `a record without user or resource is in neither index`() throws {
        let record = TestRecord.make("1", at: "2024-01-31T10:00:00Z", system: "s", user: "", resource: "")
        #expect(try item(record) == ##"{"PK":{"S":"s#2024-01-31"},"SK":{"S":"2024-01-31T10:00:00.000Z#1"}}"##)
    }

    @Test func `records are read back as they were written`() {
        forAll(cases: 500) { random in
            var writer = RandomPage(random: random.fork())
            let records = (0..<random.number(below: 4)).map { _ in writer.record() }
            var body = Array("{\"Items\":[".utf8)
            for (index, record) in records.enumerated() {
                if index > 0 { body.append(UInt8(ascii: ",")) }
                try ItemWriter.append(record, to: &body)
                try require(ItemWriter.fault(of: record) == nil, "\(ItemWriter.fault(of: record) ?? "")")
            }
            body += Array("]}".utf8)
            let text = String(decoding: body, as: UTF8.self)
            try require(try QueryAnswer(body).records == records, "other records: \(text)")
            try require((try? FoundationAnswer(body)) != nil, "Foundation refuses: \(text)")
        }
    }

    @Test(arguments: [
        "", "[]", "{", "{\"a\":}", "{\"a\":01}", "{\"a\":1,}", "{} {}", "{\"a\":\"\\ud800\"}",
        "{\"\\ud800\":1}",
        "{\"a\":nul}", "{\"a\":\(String(repeating: "[", count: 33) + String(repeating: "]", count: 33))}",
    ])
    func `attributes that are no JSON object leave nothing behind`(_ attributes: String) {
        let record = TestRecord.make("1", at: "2024-01-31T10:00:00Z", attributes: attributes)
        var items = Array("before".utf8)
        #expect(throws: JSONFault.self) { try ItemWriter.append(record, to: &items) }
        #expect(items == Array("before".utf8))
        #expect(ItemWriter.fault(of: record) != nil)
    }
}
