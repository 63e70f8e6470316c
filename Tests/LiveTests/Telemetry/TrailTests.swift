import Foundation
import TestSupport
import Testing

/// The trail of reads as records of a store of its own: who read what is asked, and forwarded.
@Suite(.live, .logsOnFailure, .enabled(if: PrivateJournal.isPossible, "needs root and systemd's journald"))
struct TrailTests {
    @Test func `reads of records are records, once each, and go where records go`() throws {
        let journal = try PrivateJournal()
        defer { journal.destroy() }
        try LiveInstallation.with(
            .init(lines: GeneratedRecords.lines, workers: 1, launcher: journal.launcher)
        ) {
            live in
            let place = live.place
            _ = try live.client().records(["userId": "alice", "limit": "3"])
            _ = try live.client().records([
                "systemId": "billing", "startDate": "2024-01-01", "endDate": "2024-01-02",
            ])
            let limited = try live.key("limited", systems: ["nothing"])
            let limitedClient = live.client(.secret(limited))
            #expect(try limitedClient.records(["systemId": "nothing"]).status == 200)
            #expect(try limitedClient.records(["systemId": "billing"]).status == 403)
            try place.folder.write(
                """
                store: { sqlite: { path: \(place.folder.file("reads.db")) } }

                """, to: "reads.yaml")
            let reads = ["--config", place.folder.file("reads.yaml")]
            func load() throws -> Workplace.Outcome {
                let text = try journal.text("SYSLOG_IDENTIFIER=audit-query-reads")
                return try place.run(
                    [
                        Place.program, "load", "--format", "journald", "--cursor-file",
                        place.folder.file("cursor"), "-",
                    ]
                        + reads, input: text)
            }
            try eventually("the trail has the reads") {
                try journal.entries("SYSLOG_IDENTIFIER=audit-query-reads").count >= 4
            }
            for _ in 0..<2 { #expect(try load().status == 0) }

            let asked = try place.run(
                [Place.program, "query", "--system", "audit-query-reads", "--json", "--all", "--from", "-1d"]
                    + reads)
            let records = try asked.lines.flatMap { try JSONValue(Data($0.utf8))["records"].elements }
            #expect(records.count >= 4, "\(asked)")
            let one = try #require(records.first { $0["resourceId"].string == "alice" })
            #expect(
                one["attributes"]["action"].string == "records"
                    && one["attributes"]["outcome"].string == "success")
            #expect(one["attributes"]["sourceIp"].string == "127.0.0.1")
            #expect(one["attributes"]["details"]["RECORDS"].string == "3")
            #expect(Set(records.compactMap { $0["attributes"]["outcome"].string }) == ["success", "denied"])
            let found = try place.run(
                [
                    Place.program, "query", "--system", "audit-query-reads", "--filter",
                    "details.ASKED_USER eq \"alice\"", "--json", "--from", "-1d",
                ] + reads)
            let alices = try JSONValue(Data(found.output.utf8))["records"].elements
            #expect(alices.count == 1, "\(found)")

            let out = place.folder.file("siem")
            let sent = try place.run(
                [
                    Place.program, "forward", "--to", "file:\(out)", "--as", "ocsf", "--checkpoint",
                    place.folder.file("place"), "--begin", "start", "--once",
                ] + reads)
            #expect(sent.status == 0 && sent.output.hasPrefix("\(records.count) records"), "\(sent)")
            #expect(place.folder.text("siem").contains(#""resourceId":"alice""#))
        }
    }
}
