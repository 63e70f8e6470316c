import DemoData
import TestSupport

@testable import AuditRecords
@testable import RecordForms
@testable import StoreConformance

/// Records that hold what a form could break on.
enum RandomRecords {
    private static let texts = [
        "alice@example.com", "a|b", "a=b", "\\", "a\\|b\\=c", "x suser=root", "日本", "e\u{301}", "-", " lead",
        "trail ",
        "cs1Label=x cs1=y", "\"q\"", "CEF:0|a|b", "\u{1F469}\u{200D}\u{1F4BB}", "a  b", "%20",
        "c:\\new\\root",
    ]
    private static let actions = [
        "Read", "DeleteObject", "ConsoleLogin", "user.session.end", "4720", "ADD_USER:adding user",
        "a|b\\\\c=d", "line\\nend",
        "", "\\ud800", "storage.objects.get", "Update user.", "\\u0000", "Besuch", "日本", "4769",
        "UPDATE_PASSWORD",
    ]
    private static let addresses = [
        "10.0.0.1", "2001:db8::1", "::ffff:10.0.0.1", "host", "10.0.0.1:80", "", "010.0.0.1",
    ]

    static func record(_ random: inout SplitMix64, isDeep: Bool = true) -> AuditRecord {
        var members: [String] = []
        if !random.once(in: 6) { members.append("\"action\":\"\(random.pick(actions))\"") }
        if !random.once(in: 6) {
            members.append(
                "\"outcome\":\(random.pick(["\"success\"", "\"failure\"", "\"denied\"", "\"unknown\"", "1", "null"]))"
            )
        }
        if random.once(in: 2) { members.append("\"sourceIp\":\"\(random.pick(addresses))\"") }
        if random.once(in: 4) {
            let uid = random.pick(["3001", "3002", "6003", "4001", "\"3002\"", "null"])
            let activity = random.pick(["1", "2", "11", "12", "99", "-1", "1.5", "\"a\""])
            members.append("\"details\":{\"class_uid\":\(uid),\"activity_id\":\(activity)}")
        } else if isDeep {
            members.append("\"details\":\(RandomJSON(random: random.fork()).value())")
        }
        let seconds = Int64(random.number(below: 4_000_000_000)) - 500_000_000
        let instant = Timestamp(seconds: seconds, nanoseconds: Int32(random.number(below: 1_000_000_000)))
        return TestRecord.make(
            Identifier(random.pick(texts)), at: instant, system: Identifier(random.pick(texts)),
            user: Identifier(random.pick(texts)), resource: Identifier(random.pick(texts)),
            attributes: "{\(members.joined(separator: ","))}")
    }
}

extension RecordFormWriter {
    /// What it writes of a record with all of its attributes.
    func line(of record: AuditRecord) throws -> [UInt8] {
        var line: [UInt8] = []
        try append(record, attributes: record.attributes, to: &line)
        return line
    }
}
