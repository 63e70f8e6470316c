import Foundation
import Glibc
import TestSupport
import Testing

/// `audit-query export`: complete, whatever stops it.
@Suite(.live, .logsOnFailure)
struct ExportTests {
    private func export(_ place: Workplace, _ options: [String]) throws -> Workplace.Outcome {
        try place.run(
            ["sh", "-c", "cd '\(place.folder.path)' && exec \"$0\" export \"$@\"", Place.program] + options
                + ["--config", "audit-query.yaml"])
    }

    private func manifest(_ place: Workplace, _ folder: String) throws -> JSONValue {
        try JSONValue(Data(place.folder.text("\(folder)/manifest.json").utf8))
    }

    /// The files of a folder but its manifest, which has times.
    private func files(_ place: Workplace, _ folder: String) throws -> [String: Data] {
        let path = place.folder.file(folder)
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path) where name != "manifest.json" {
            files[name] = FileManager.default.contents(atPath: "\(path)/\(name)")
        }
        return files
    }

    @Test(arguments: [
        ["--user", "zoë"], ["--resource", "\"\\", "--order", "asc"],
        ["--system", "billing", "--from", "2024-01", "--to", "2024-02"],
        ["--from", "2023-01", "--to", "2025-12"],
        ["--from", "2023-01", "--to", "2025-12", "--order", "asc", "--filter", "action eq \"Read\""],
        ["--user", "nobody"], ["--user", "alice", "--search", "billing"],
    ])
    func `an export is what a query has, all of it, in order`(_ question: [String]) throws {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines)
            let done = try export(place, question + ["--output", "out/records.ndjson"])
            #expect(done.status == 0, "\(done)")
            let lines = place.folder.text("out/records.ndjson").split(separator: "\n")
            #expect(try manifest(place, "out")["records"].int == lines.count)
            let found = try lines.map { try JSONValue(Data($0.utf8))["auditId"].string }
            let isBounded =
                question.contains("--user") || question.contains("--resource")
                || question.contains("--system")
            // What the interface bounds to 31 days is asked month by month.
            var expected: [String?] = []
            if isBounded {
                let all = try place.run(
                    [
                        Place.program, "query", "--config", place.folder.file("audit-query.yaml"), "--all",
                        "--json",
                    ] + question)
                expected = try JSONValue(Data(all.output.utf8))["records"].elements.map(\.["auditId"].string)
            } else {
                let filter =
                    question.firstIndex(of: "--filter").map { Array(question[$0...].prefix(2)) } ?? []
                for year in 2023...2025 {
                    for month in 1...12 {
                        let text = "\(year)-\(month < 10 ? "0" : "")\(month)"
                        let part = try place.run(
                            [
                                Place.program, "query", "--config", place.folder.file("audit-query.yaml"),
                                "--all", "--json",
                                "--order", "asc", "--from", text, "--to", text,
                            ] + filter)
                        expected += try JSONValue(Data(part.output.utf8))["records"].elements.map(
                            \.["auditId"].string)
                    }
                }
                if !question.contains("asc") { expected.reverse() }
            }
            #expect(found == expected)
            #expect(question.contains("nobody") == expected.isEmpty)
            #expect(try files(place, "out").keys.sorted() == ["records.ndjson"])
            // The embedded store alone tells what arrived meanwhile.
            let hasArrived = place.folder.text("out/manifest.json").contains("\"matching\" : 0")
            #expect(hasArrived != WorkplaceStore.isPostgreSQL)
        }
    }

    /// Records that fill some blocks.
    private func filled(_ place: Workplace) throws {
        let script =
            "\"$0\" demo-data --records 12000 --until 2024-03-31 | \"$0\" load - --config '\(place.folder.file("audit-query.yaml"))'"
        let loaded = try place.run(["sh", "-c", script, Place.program], within: .seconds(180))
        #expect(loaded.status == 0, "\(loaded)")
    }

    @Test(arguments: [
        ["--output", "NAME/records.ndjson"], ["--output", "NAME/records.csv.gz", "--part-records", "2500"],
        ["--order", "asc", "--output", "NAME/records.ndjson.zst", "--parallel", "4"],
        ["--output", "NAME/records.ocsf.ndjson.gz", "--part-records", "5000"],
    ])
    func `killed at any moment and gone on with, an export has the same bytes`(_ options: [String]) throws {
        try withWorkplace { place in
            try filled(place)
            let question = ["--from", "2024-01", "--to", "2024-03"] + options
            func named(_ name: String) -> [String] { question.map { $0.replacing("NAME", with: name) } }
            let started = ContinuousClock.now
            let whole = try export(place, named("whole"))
            var took = started.duration(to: .now)
            #expect(whole.status == 0, "\(whole)")
            var (attempt, kills) = (0, 0)
            while attempt < 12 || kills < 3 && attempt < 40 {
                attempt += 1
                let process = try place.start(
                    ["sh", "-c", "cd '\(place.folder.path)' && exec \"$0\" export \"$@\"", Place.program]
                        + named("cut") + ["--config", "audit-query.yaml", "--resume"], log: "cut-\(attempt)")
                // Wherever that is: all of them must be right.
                _ = try? process.wait(within: took * Double.random(in: 0.02...0.9))
                process.destroy()
                guard FileManager.default.fileExists(atPath: place.folder.file("cut/manifest.json")) else {
                    kills += 1
                    continue
                }
                // The machine has become faster than it was: sooner, and from the beginning.
                try FileManager.default.removeItem(atPath: place.folder.file("cut"))
                took = took / 2
            }
            let end = try export(place, named("cut") + ["--resume"])
            #expect(end.status == 0 && kills >= 3, "\(kills) kills: \(end)")
            #expect(try files(place, "cut").keys.sorted() == files(place, "whole").keys.sorted())
            #expect(try files(place, "cut") == files(place, "whole"))
            let again = try export(place, named("cut") + ["--resume"])
            #expect(again.status == 0 && again.error.contains("the export is complete"), "\(again)")
        }
    }

    @Test func `stopped by a signal it says how to go on, and another one beside it is refused`() throws {
        try withWorkplace { place in
            try filled(place)
            let options = ["--from", "2024-01", "--to", "2024-03", "--output", "out/records.ndjson"]
            let process = try place.start(
                ["sh", "-c", "cd '\(place.folder.path)' && exec \"$0\" export \"$@\"", Place.program]
                    + options
                    + ["--config", "audit-query.yaml"], log: "stopped")
            try eventually("it has begun") { !place.folder.text("out/checkpoint.json").isEmpty }
            let other = try export(place, options + ["--resume"])
            process.signal(SIGTERM)
            let status = try process.wait()
            #expect(status == 130 || status == 0)
            #expect(other.status == 75 || other.status == 0, "\(other)")
            if status == 130 { #expect(place.folder.text("stopped.err").contains("--resume goes on")) }
            #expect(try export(place, options + ["--resume"]).status == 0)
        }
    }

    @Test func `a disk without room is told, and the export goes on when there is some`() throws {
        try withWorkplace { place in
            try filled(place)
            let options = ["--from", "2024-01", "--to", "2024-03", "--output", "out/records.ndjson"]
            // A file of 2 MiB at most, which is as good as a disk that is full.
            let script =
                "cd '\(place.folder.path)' && ulimit -f 4096 && trap '' XFSZ && exec \"$0\" export \"$@\" --config audit-query.yaml"
            let full = try place.run(["sh", "-c", script, Place.program] + options)
            #expect(full.status == 74 && full.error.contains("File too large"), "\(full)")
            #expect(!FileManager.default.fileExists(atPath: place.folder.file("out/manifest.json")))
            #expect(try export(place, options).error.contains("--resume"))
            #expect(try export(place, options + ["--resume"]).status == 0)
            #expect(try export(place, options.dropLast() + ["whole/records.ndjson"]).status == 0)
            #expect(try files(place, "out") == files(place, "whole"))
        }
    }

    @Test func `wrong options are told, and nothing is written over`() throws {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines.prefix(50))
            let wrong = [
                ["--user", "alice"], ["--user", "alice", "--output", "x.csv"],
                ["--user", "alice", "--output", "a/x.json"],
                ["--user", "alice", "--output", "a/x.ndjson", "--columns", "action"],
                ["--user", "alice", "--output", "a/x.ndjson", "--spreadsheet"],
                ["--user", "alice", "--output", "a/x.csv", "--columns", "a,a"],
                ["--user", "alice", "--output", "a/x.csv", "--part-records", "0"],
                ["--user", "alice", "--output", "a/x.csv", "--parallel", "17"],
                ["--user", "", "--output", "a/x.csv"],
                ["--user", "alice", "--filter", "x", "--output", "a/x.csv"],
                ["--user", "alice", "--from", "never", "--output", "a/x.csv"],
            ]
            for options in wrong {
                let outcome = try export(place, options)
                #expect(outcome.status == 64, "\(options): \(outcome)")
            }
            #expect(try export(place, ["--user", "alice", "--output", "a/x.csv"]).status == 0)
            let before = try files(place, "a")
            #expect(try export(place, ["--user", "alice", "--output", "a/x.csv"]).status == 64)
            try place.folder.write("mine", to: "b-file")
            #expect(try export(place, ["--user", "alice", "--output", "./x.csv"]).status == 64)
            #expect(try files(place, "a") == before)
        }
    }

    @Test func `whoever goes on gives the same options`() throws {
        try withWorkplace { place in
            try filled(place)
            let options = ["--from", "2024-01", "--to", "2024-03", "--output", "out/records.ndjson"]
            let script =
                "cd '\(place.folder.path)' && ulimit -f 4096 && trap '' XFSZ && exec \"$0\" export \"$@\" --config audit-query.yaml"
            _ = try place.run(["sh", "-c", script, Place.program] + options)
            let other = try export(place, options + ["--resume", "--filter", "outcome eq \"denied\""])
            #expect(other.status == 64 && other.error.contains("--filter"), "\(other)")
        }
    }
}
