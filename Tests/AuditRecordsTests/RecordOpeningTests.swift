import TestSupport
import Testing
@testable import AuditRecords
@testable import JSONBytes
@testable import StoreConformance

/// What stands before a record's attributes is the same however it is written, and as long as it was said to be.
@Suite struct RecordOpeningTests {
    /// Each member by itself.
    private func expected(_ record: AuditRecord) -> [UInt8] {
        let members: [(StaticString, [UInt8])] = [
            ("{\"id\":", record.key.id), (",\"auditId\":", record.key.auditId.bytes),
            (",\"timestamp\":", record.key.timestamp), (",\"systemId\":", record.key.systemId.bytes),
            (",\"userId\":", record.userId.bytes), (",\"resourceId\":", record.resourceId.bytes),
        ]
        var text: [UInt8] = []
        for (name, value) in members {
            text.append(json: name)
            text.append(jsonString: value)
        }
        text.append(json: ",\"attributes\":")
        return text
    }

    private func check(_ record: AuditRecord) throws {
        var text = Array("[".utf8)
        text.append(openingOf: record)
        try require(Array(text.dropFirst()) == expected(record), "\(record)")
        // With the attributes, a brace and a comma.
        try require(text.count - 1 + record.attributes.count + 2 == record.byteCount, "\(record)")
    }

    @Test func `records of all kinds of ids`() {
        forAll(cases: 300) { random in
            let vocabulary = Vocabulary(&random)
            for _ in 0..<20 { try check(vocabulary.record(&random)) }
        }
    }

    @Test func `one byte that needs an escape, in each id, and none`() throws {
        let plain = String(repeating: "x", count: 9)
        for special in ["", "\"", "\\", "é", "😀"] {
            for place in 0..<4 {
                let ids = (0..<4).map { Identifier($0 == place ? "\(plain)\(special)" : plain) }
                try check(
                    TestRecord.make(
                        ids[0], at: "2024-02-29T12:00:00Z", system: ids[1], user: ids[2], resource: ids[3],
                        attributes: "{\"a\":\"b\"}"))
            }
        }
    }

    @Test(arguments: [1, 2, 3, 126, 127, 128, 129, 993])
    func `ids of all lengths, whose length takes one byte and two`(_ count: Int) throws {
        for system in [1, 127, 128, 1024] {
            try check(
                TestRecord.make(
                    Identifier(String(repeating: "a", count: count)), at: "2024-02-29T12:00:00.000000001Z",
                    system: Identifier(String(repeating: "s", count: system)),
                    user: Identifier(String(repeating: "u", count: 1024)),
                    resource: Identifier(String(repeating: "r", count: 1024))))
        }
    }
}
