import Foundation
import LogFormats
import Testing

/// What is longer than anything may be is refused once, by the line where it begins; what stands behind it is read.
@Suite(.timeLimit(.minutes(10)))
struct TextLimitTests {
    private static let megabyte = String(repeating: "x", count: 1 << 20)
    private static let long = String(repeating: megabyte, count: 5)

    private func answers(_ format: String, _ text: [UInt8], chunk: Int = 1 << 16) throws -> [String] {
        let sample = Sample(format: format, name: "made", bytes: text)
        return try Answer.ours(sample, chunks: [chunk]).map { answer in
            switch answer {
            case .record(let line, _): "record \(line)"
            case .refused(let line): "refused \(line)"
            case .skipped(let line): "skipped \(line)"
            case .unknown: "unknown"
            }
        }
    }

    @Test func longLines() throws {
        let audit = "type=X msg=audit(1.000:1): a=b\n"
        #expect(
            try answers(
                "auditd", Array("\(audit)type=X msg=audit(2.000:1): \(Self.long)\n\(audit.dropLast())".utf8))
                == ["refused 2", "record 1"])
        let cef = "CEF:0|a|b|1|s|n|3|rt=1500464384997"
        #expect(
            try answers("cef", Array("\(cef)\n\(cef) m=\(Self.long)\n\(cef)".utf8))
                == ["record 1", "refused 2", "record 3"])
        let log = "2026-11-28 06:58:55 UTC [1] a@x LOG:  AUDIT: SESSION,1,1,DDL,X,,,b,c"
        #expect(
            try answers("pgaudit", Array("\(log)\n\(log)\n\t\(Self.long)\n\(log)".utf8))
                == ["record 1", "refused 3", "record 2", "record 4"])
    }

    /// A message of many lines, none of which is too long.
    @Test func longEntries() throws {
        let log = "2026-11-28 06:58:55 UTC [1] a@x LOG:  AUDIT: SESSION,1,1,DDL,X,,,b,c"
        let lines = String(repeating: "\t\(Self.megabyte)\n", count: 5)
        #expect(try answers("pgaudit", Array("\(log)\n\(lines)\(log)".utf8)) == ["refused 1", "record 7"])
        let audit = "type=X msg=audit(1.000:1): \(Self.megabyte)\n"
        #expect(
            try answers(
                "auditd", Array("\(String(repeating: audit, count: 5))type=Y msg=audit(1.000:2): a=b".utf8))
                == ["refused 1", "record 6"])
        let row = "x,\"\(String(repeating: "\(Self.megabyte)\n", count: 5))\"\n"
        #expect(
            try answers("m365", Array("a,AuditData\n\(row)x,{}".utf8)) == ["refused 2", "refused 8"])
    }

    @Test func longJournalFields() throws {
        let time = "__REALTIME_TIMESTAMP=1795849131611475\n"
        let count = UInt64(Self.long.utf8.count)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * UInt64($0))) }
        let binary = Array("\(time)CORE\n".utf8) + length + Array("\(Self.long)\n\n\(time)\n".utf8)
        #expect(try answers("journald", binary) == ["refused 1", "record 5"])
        #expect(
            try answers("journald", Array("\(time)A=\(Self.long)\n\n\(time)\n".utf8)) == [
                "refused 1", "record 4",
            ])
        // A length that no file has is no crash.
        let absurd = Array("\(time)CORE\n".utf8) + [UInt8](repeating: 0xFF, count: 8) + Array("abc\n\n".utf8)
        #expect(try answers("journald", absurd) == ["refused 2"])
    }

    /// Beginnings without ends: where each were looked for by itself, these would take hours.
    @Test(arguments: [
        ("auditd", "type=X msg=audit(1.000:1): ", "a={ a=\" a=' "), ("auditd", "", "msg='"),
        ("keycloak", "2026-03-01 12:00:00,123 DEBUG [org.keycloak.events] (t) ", "a=b a='c a=\"\\\" "),
        ("cef", "CEF:0|a|b|1|s|n|3|rt=1500464384997 ", " a[1 a.b\\= =b  "), ("cef", "<1", "<1>1 x<1"),
        ("pgaudit", "2026-11-28 06:58:55 UTC [1] ", "A@b LOG: A:  "),
        ("pgaudit", "2026-11-28 06:58:55 UTC [1]: user=", "a,db=b,app=c,client= LOG: "),
    ])
    func costsAreThoseOfTheLength(format: String, beginning: String, part: String) throws {
        let count = (1 << 17) / part.utf8.count
        let end = format == "keycloak" ? ",x" : ""
        let answers = try answers(
            format, Array("\(beginning)\(String(repeating: part, count: count))\(end)\n".utf8))
        #expect(answers.count == 1)
    }

    @Test(arguments: ["auditd", "cef", "pgaudit", "keycloak", "m365"])
    func wideTextIsRefusedAsAWhole(format: String) throws {
        for bytes in [[0xFF, 0xFE, 0x7B, 0, 0x0A, 0], [0xFE, 0xFF, 0, 0x7B, 0, 0x0A]] as [[UInt8]] {
            #expect(try answers(format, bytes).first == "refused 1")
        }
    }
}
