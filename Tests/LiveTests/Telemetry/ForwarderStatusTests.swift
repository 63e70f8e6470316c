import Foundation
import TestSupport
import Testing

/// How far forwarders are is told by who runs when they do not.
@Suite(.live, .logsOnFailure)
struct ForwarderStatusTests {
    private func forward(_ live: LiveInstallation, _ options: [String] = ["--once"]) throws {
        let place = live.place
        let done = try place.run(
            [
                Place.program, "forward", "--config", place.folder.file("audit-query.yaml"), "--to",
                "file:\(place.folder.file("out"))", "--checkpoint", place.folder.file("forward/siem.json"),
            ] + options)
        guard done.status == 0 else { throw Failure("\(done)") }
    }

    private func metrics(_ live: LiveInstallation) throws -> [String: Double] {
        let text = try live.place.run([
            Place.program, "status", "--directory", live.place.folder.path, "--prometheus",
        ]).output
        let found = text.split(separator: "\n").filter { $0.contains("forward") && !$0.hasPrefix("#") }
        return Dictionary(
            found.compactMap { line in
                let parts = line.split(separator: " ")
                let name = parts[0].split(separator: "{")[0].dropFirst("audit_query_".count)
                let whose = parts[0].contains("forwarder=\"siem\"") ? " of siem" : ""
                return Double(parts[1]).map { ("\(name)\(whose)", $0) }
            }, uniquingKeysWith: max)
    }

    @Test func `behind, it is told by status, check and metrics; caught up, it is well again`() throws {
        let lines = GeneratedRecords.lines
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.file("forward"), withIntermediateDirectories: true)
        try LiveInstallation.with(
            .init(overrides: ["forward.folder": folder.file("forward")], lines: lines, workers: 1)
        ) { live in
            try FileManager.default.createSymbolicLink(
                atPath: live.place.folder.file("forward"), withDestinationPath: folder.file("forward"))
            #expect(try metrics(live) == ["forward_lag": 0, "forward_refused": 0])
            try forward(live, ["--once", "--begin", "start"])
            #expect(try live.place.command("check").output.contains("forward: siem: file:"))
            try live.place.load(
                (0..<7).map {
                    #"{"auditId":"new-\#($0)","timestamp":"2024-01-31T10:00:00Z","systemId":"s","userId":"u","resourceId":"r"}"#
                })
            // As if it had not run for long.
            let state = folder.file("forward/siem.json.state")
            let text = folder.text("forward/siem.json.state")
            let old = text.replacing(#/"complete":\d+/#, with: "\"complete\":1000")
                .replacing(#/"seen":\d+/#, with: "\"seen\":1000").replacing(
                    #/"refused":0/#, with: "\"refused\":3")
            try old.write(toFile: state, atomically: true, encoding: .utf8)

            // A worker waits half a second for what it sees of a disk, and tells what it saw before.
            try eventually("status says how far it is") {
                let table = try live.place.run([
                    Place.program, "status", "--directory", live.place.folder.path,
                ])
                let row = table.lines.first { $0.hasPrefix("siem\t") } ?? ""
                return row.contains("\t7 records\t") && row.contains("\t3\t") && row.contains("not seen for")
            }
            let check = try live.place.command("check")
            #expect(check.status == 1)
            #expect(
                check.lines.contains {
                    $0.hasPrefix("wrong") && $0.contains("is 7 records behind, for ")
                        && $0.contains("systemctl status audit-query-forward@siem")
                }, "\(check)")
            #expect(check.output.contains("has refused 3 records"))
            let behind = try metrics(live)
            #expect(behind["forwarder_backlog of siem"] == 7 && behind["forwarder_refused of siem"] == 3)
            #expect(behind["forward_refused"] == 3)
            #expect(
                try #require(behind["forward_lag"]) > 1_000_000_000
                    && behind["forward_lag"] == behind["forwarder_lag of siem"], "\(behind)")

            try forward(live)
            try eventually("metrics say that it has caught up") {
                let after = try metrics(live)
                return after["forward_lag"] == 0 && after["forwarder_backlog of siem"] == 0
            }
            #expect(try live.place.command("check").output.contains("has all"))

            // One that is gone is none.
            for ending in ["", ".state"] {
                try FileManager.default.removeItem(atPath: folder.file("forward/siem.json\(ending)"))
            }
            try eventually("it is not silent") { try metrics(live)["forwarder_silence of siem"] == 0 }
            // And one that cannot be read is not well.
            try folder.write("{", to: "forward/siem.json")
            let broken = try live.place.command("check")
            #expect(
                broken.lines.contains { $0.hasPrefix("wrong") && $0.contains("is no checkpoint of this") },
                "\(broken)")
        }
    }
}
