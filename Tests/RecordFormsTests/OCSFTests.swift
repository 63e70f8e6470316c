import AuditRecords
import DemoData
import Foundation
import LogFormats
import TestSupport
import Testing

@testable import RecordForms
@testable import StoreConformance

/// Events of OCSF are what its schema allows, and hold all of the record.
@Suite struct OCSFTests {
    private let writer = RecordFormWriter(.ocsf, version: "1.0")

    private func line(_ record: AuditRecord) throws -> [UInt8] { try writer.line(of: record) }

    private func record(_ attributes: String) -> AuditRecord {
        TestRecord.make(
            "7f3a", at: "2024-02-29T12:00:00.123456789Z", system: "crm", user: "alice",
            resource: "customer/1",
            attributes: attributes)
    }

    @Test func `nothing of a record is lost, whatever its texts are`() {
        forAll(cases: 3000) { random in
            let record = RandomRecords.record(&random)
            let line = try line(record)
            var answered: [UInt8] = []
            try RecordFormWriter(.json, version: "").append(
                record, attributes: record.attributes, to: &answered)
            try require(!answered.contains(0x0A) && !line.contains(0x0A), "more than one line")
            try require(
                try RecordForm.ocsf.answered(in: line) == answered, "\(String(decoding: line, as: UTF8.self))"
            )
            try require(
                JSONSerialization.isValid(line) || record.hasHalfPairs,
                "\(String(decoding: line, as: UTF8.self))")
        }
    }

    @Test func `the schema of the oldest and of the newest version allows every event`() throws {
        var random = SplitMix64(seed: 17)
        let lines = try (0..<400).map { _ in
            String(decoding: try line(RandomRecords.record(&random)), as: UTF8.self)
        }
        let script = "\(Place.package)/Tests/forms/validate_ocsf.py"
        #expect(try PythonTool.run([script, "1.3.0", "1.8.0"], json: lines) == "valid 400")
    }

    @Test(arguments: [
        ("ConsoleLogin", 3002, 1), ("USER_LOGIN:login", 3002, 1), ("4634", 3002, 2), ("4769", 3002, 4),
        ("CreateUser", 3001, 1), ("Reset user password.", 3001, 4), ("user.mfa.factor.activate", 3001, 10),
        ("Update user", 3001, 99), ("GetObject", 6003, 2), ("storage.objects.delete", 6003, 4),
        ("PutObject", 6003, 3),
        ("google.iam.admin.v1.CreateServiceAccount", 6003, 1), ("SYSCALL:openat", 6003, 99),
        ("listen", 6003, 99),
    ])
    func `the class follows the action`(action: String, family: Int, activity: Int) throws {
        let event = try JSONSerialization.object(line(record(#"{"action":"\#(action)"}"#)))
        #expect(event["class_uid"] as? Int == family)
        #expect(event["activity_id"] as? Int == activity)
        #expect(event["type_uid"] as? Int == family * 100 + activity)
        #expect(event["activity_name"] as? String == (activity == 99 ? action : nil))
    }

    @Test(arguments: [
        ("3002", "2", 3002, 2), ("3001", "12", 3001, 99), ("6003", "null", 6003, 0), ("4001", "1", 6003, 2),
    ])
    func `the class of a record of OCSF is its own`(uid: String, activity: String, family: Int, expected: Int)
        throws
    {
        let event = try JSONSerialization.object(
            line(record(#"{"action":"Read","details":{"class_uid":\#(uid),"activity_id":\#(activity)}}"#)))
        #expect(event["class_uid"] as? Int == family)
        #expect(event["activity_id"] as? Int == expected)
    }

    @Test func `our own reader reads it`() throws {
        for action in ["GetObject", "ConsoleLogin", "CreateUser"] {
            let record = record(#"{"action":"\#(action)","outcome":"failure","sourceIp":"10.0.0.1"}"#)
            var source = LogSource(.format(try #require(LogFormat.named("ocsf"))), FormatOptions())
            var found: [AuditRecord] = []
            let take: (LogSource.Item) -> Void = { item in
                if case .reading(.record(let record, _), _) = item { found.append(record) }
            }
            source.take(try (line(record) + [0x0A])[...], take)
            source.end(take)
            let read = try #require(found.first)
            #expect(
                read.key.auditId == record.key.auditId && read.key.systemId == "crm" && read.userId == "alice"
            )
            #expect(String(decoding: read.key.timestamp, as: UTF8.self) == "2024-02-29T12:00:00.123Z")
            let attributes = String(decoding: read.attributes, as: UTF8.self)
            #expect(attributes.contains(#""outcome":"failure","sourceIp":"10.0.0.1""#), "\(attributes)")
            if action != "ConsoleLogin" { #expect(read.resourceId == "customer/1") }
        }
    }

    @Test func `attributes that are no object are said, and not written`() {
        for attributes in ["[]", "{", "{\"a\":1}x", ""] {
            #expect(throws: (any Error).self) { try line(record(attributes)) }
        }
    }
}

extension JSONSerialization {
    fileprivate static func object(_ line: [UInt8]) throws -> [String: Any] {
        try #require(try jsonObject(with: Data(line)) as? [String: Any])
    }

    fileprivate static func isValid(_ line: [UInt8]) -> Bool { (try? object(line)) != nil }
}

extension AuditRecord {
    /// Foundation refuses them.
    fileprivate var hasHalfPairs: Bool { String(decoding: attributes, as: UTF8.self).contains("\\ud800") }
}
