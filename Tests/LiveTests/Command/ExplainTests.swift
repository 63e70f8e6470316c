import Foundation
import TestSupport
import Testing

/// `query --explain` and `count --explain` as a user sees them.
@Suite(.live, .logsOnFailure)
struct ExplainTests {
    @Test func `query --explain prints how the question is answered, and no record`() throws {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines)
            let expected = try GeneratedRecords.model.get().matching(user: "alice")
            let outcome = try place.command(
                "query", "--user", "alice", "--limit", "3", "--filter", "action eq \"Read\"", "--explain")
            #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome)")
            for line in [
                "Asked: user alice, newest first", "Filter: action eq \"Read\"",
                "Plan: 1 partition, the first user alice", "Index: entries_by_user of entries",
                "  bounds: user alice", "Answer: 3 records, 1 page, ended by limit",
            ] {
                #expect(outcome.lines.contains(line), "\(line) in \(outcome)")
            }
            #expect(!expected.isEmpty && !outcome.output.contains(expected[0].auditId))
            let all = try place.command("query", "--user", "alice", "--limit", "3", "--all", "--explain")
            let pages = (expected.count + 2) / 3
            #expect(
                all.output.contains("Answer: \(expected.count) records, \(pages) pages, ended by end"),
                "\(all)")
        }
    }

    @Test func `--explain --json has the same for programs, and counts tell which index counted`() throws {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines)
            let count = try GeneratedRecords.model.get().matching(user: "alice").count
            let text = try place.command("query", "--user", "alice", "--all", "--explain", "--json")
            let json = try JSONValue(Data(text.output.utf8))
            #expect(json["records"].int == count && json["stopReason"].string == "end", "\(text)")
            #expect(json["reads"][0]["index"].string == "entries_by_user of entries")
            #expect(json["reads"][0]["looked"].int == count && json["seconds"].double != nil)
            let counted = try place.command("count", "--user", "alice", "--by", "day", "--explain")
            #expect(counted.status == 0, "\(counted)")
            #expect(counted.lines.contains("Plan: an index counts, no record is read"), "\(counted)")
            #expect(counted.output.contains("\nAnswer: \(count) records, 1 page"), "\(counted)")
            // Attributes are told by rows; what only a record tells, by reading its partition.
            for (key, way, partitions) in [
                ("action", "rows counted by their values", 0), ("auditId", nil, 1),
            ] {
                let looked = try place.command(
                    "count", "--user", "alice", "--by", key, "--explain", "--json")
                let counts = try JSONValue(Data(looked.output.utf8))
                #expect(counts["partitions"].int == partitions, "\(looked)")
                #expect(counts["records"].int == count, "\(looked)")
                let index = "entries_by_user of entries" + (way.map { ", \($0)" } ?? "")
                #expect(counts["reads"][0]["index"].string == index, "\(looked)")
            }
        }
    }

    @Test func `--explain is refused where there is nothing to explain`() throws {
        try withWorkplace { place in
            for command in ["query", "count"] {
                let remote = try place.run([
                    Place.program, command, "--user", "a", "--explain", "--url", "https://localhost",
                ])
                #expect(
                    remote.status == 64 && remote.error.contains("--explain is for the store"), "\(remote)")
            }
            let columns = try place.command("query", "--user", "a", "--explain", "--columns", "action")
            #expect(columns.status == 64 && columns.error.contains("--explain prints none"), "\(columns)")
        }
    }
}
