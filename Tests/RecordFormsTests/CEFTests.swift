import AuditRecords
import LogFormats
import TestSupport
import Testing

@testable import RecordForms
@testable import StoreConformance

/// What CEF says of a record is what a reader of CEF reads.
@Suite struct CEFTests {
    private let writer = RecordFormWriter(.cef, version: "1.0|x")

    private func line(_ record: AuditRecord) throws -> [UInt8] { try writer.line(of: record) }

    @Test func `nothing of a record is lost, whatever its texts are`() {
        forAll(cases: 3000) { random in
            let record = RandomRecords.record(&random)
            let message = try CEFReader(try line(record))
            let expected = [
                "externalId": record.key.auditId, "suser": record.userId, "cs1": record.resourceId,
                "cs2": record.key.systemId, "cs3": Identifier(record.key.timestamp),
                "cs4": Identifier(record.key.id),
                "cs5": Identifier(record.attributes),
            ]
            for (name, text) in expected {
                let found = message.fields[name].map { Array($0.utf8) }
                try require(found == text.bytes, "\(name): \(message.fields) of \(record)")
            }
            try require(
                Array(message.header[1].utf8) == record.key.systemId.bytes && message.header[2] == "1.0|x"
                    && message.header[0] == "audit-query", "\(message.header)")
        }
    }

    @Test func `a record of a load is read as it was by our own reader`() throws {
        let record = TestRecord.make(
            "id", at: "2024-02-29T12:00:00.123456Z", system: "b|1", user: "a=b", resource: "r",
            attributes: #"{"action":"Read|x","outcome":"denied","sourceIp":"10.0.0.1"}"#)
        var source = LogSource(.format(try #require(LogFormat.named("cef"))), FormatOptions())
        var found: [AuditRecord] = []
        let take: (LogSource.Item) -> Void = { item in
            if case .reading(.record(let record, _), _) = item { found.append(record) }
        }
        source.take(try (line(record) + [0x0A])[...], take)
        source.end(take)
        let read = try #require(found.first)
        #expect(read.key.systemId == "audit-query b|1" && read.userId == "a=b")
        #expect(String(decoding: read.key.timestamp, as: UTF8.self) == "2024-02-29T12:00:00.123Z")
        let attributes = String(decoding: read.attributes, as: UTF8.self)
        #expect(
            attributes.hasPrefix(#"{"action":"Read|x","outcome":"denied","sourceIp":"10.0.0.1","#),
            "\(attributes)")
    }

    @Test func `a message is as it was`() throws {
        let record = TestRecord.make(
            "7f3a", at: "2024-02-29T12:00:00.5Z", system: "crm", user: "u", resource: "c:\\new",
            attributes: #"{"action":"Export","outcome":"failure","sourceIp":"2001:DB8::1","n":"a=b"}"#)
        let id = String(decoding: record.key.id, as: UTF8.self)
        #expect(
            try String(decoding: line(record), as: UTF8.self)
                == #"CEF:0|audit-query|crm|1.0\|x|Export|Export|5|rt=1709208000500 externalId=7f3a suser=u "#
                + #"c6a2Label=Source IPv6 Address c6a2=2001:db8::1 outcome=failure cs1Label=resourceId cs1=c:\\new "#
                + #"cs2Label=systemId cs2=crm cs3Label=timestamp cs3=2024-02-29T12:00:00.500Z cs4Label=id cs4=\#(id) "#
                + #"cs5Label=attributes cs5={"action":"Export","outcome":"failure","sourceIp":"2001:DB8::1","n":"a\=b"}"#
        )
    }
}
