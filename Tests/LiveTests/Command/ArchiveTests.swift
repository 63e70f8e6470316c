import Foundation
import Glibc
import TestSupport
import Testing

/// `audit-query load` of folders and archives as they lie.
@Suite(.live, .logsOnFailure)
struct ArchiveTests {
    private let lines = Array(GeneratedRecords.lines.prefix(1200))

    /// Every record of the store, by its text.
    private func contents(_ place: Workplace) throws -> String {
        let outcome = try place.run([
            "sqlite3", place.folder.file("audit.db"), ".dump entries",
        ])
        #expect(outcome.status == 0, "\(outcome)")
        return outcome.output
    }

    private func run(_ place: Workplace, _ script: String) throws {
        let outcome = try place.run(["sh", "-euc", "cd \(place.folder.path); \(script)"])
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test func `A file, gz, zst, zip, a folder and one in another give the same store`() throws {
        let scripts = [
            "cp whole logs", "gzip -c whole >logs", "zstd -q -c whole >logs",
            "zip -q logs whole && mv logs.zip logs",
            "zip -q -0 logs a b && mv logs.zip logs", "gzip a && zip -q logs a.gz b && mv logs.zip logs",
            "mkdir logs && cp a b logs",
            "mkdir -p logs/2024/01 logs/2024/02 && gzip -c b >logs/2024/01/x && zstd -q -c a >logs/2024/02/y",
            "mkdir -p logs/CloudTrail-Digest && zip -q logs/z.zip a && cp b logs/.hidden && cp b logs/b "
                + "&& cp whole logs/CloudTrail-Digest",
        ]
        var stores: Set<Int> = []
        for script in scripts {
            try withWorkplace { place in
                try place.folder.write(lines.joined(separator: "\n"), to: "whole")
                try place.folder.write(lines.prefix(500).joined(separator: "\n"), to: "a")
                try place.folder.write(lines.dropFirst(500).joined(separator: "\n"), to: "b")
                try run(place, script)
                let outcome = try place.command("load", place.folder.file("logs"))
                #expect(outcome.status == 0, "\(script): \(outcome)")
                #expect(outcome.output.contains("1200 records loaded"), "\(script): \(outcome)")
                let found = try place.command(
                    "query", "--system", "billing", "--from", "2020", "--to", "2030", "--all", "--json")
                stores.insert(found.output.hashValue)
                #expect(try contents(place).count > 100_000)
            }
        }
        #expect(stores.count == 1)
    }

    @Test func `What a folder has and is not loaded is named, and what cannot be read is 65`() throws {
        try withWorkplace { place in
            try run(
                place,
                "mkdir -p logs/CloudTrail-Digest logs/empty && touch logs/.DS_Store logs/.git && mkfifo logs/pipe && ln -s .. logs/up"
            )
            try place.folder.write(lines.prefix(10).joined(separator: "\n"), to: "logs/b")
            let outcome = try place.command("load", place.folder.file("logs"))
            let logs = place.folder.file("logs")
            #expect(outcome.status == 0 && outcome.output.contains("10 records loaded"), "\(outcome)")
            for message in [
                "not loaded: \(logs)/.DS_Store, which is hidden, and 1 more like it",
                "not loaded: \(logs)/CloudTrail-Digest, which holds digests",
                "\(logs)/pipe, which is no regular file",
                "\(logs)/up, which is a link to a folder",
            ] { #expect(outcome.error.contains(message), "\(message): \(outcome)") }
            try run(place, "ln -s nothing logs/c; mkdir none; printf 'PK\\003\\004cut' >logs/d.zip")
            let broken = try place.command("load", logs, place.folder.file("none"))
            #expect(broken.status == 65 && broken.output.contains("10 records loaded"), "\(broken)")
            #expect(broken.error.contains("\(logs)/c: No such file"), "\(broken)")
            #expect(broken.error.contains("d.zip: truncated zip data"), "\(broken)")
            #expect(broken.error.contains("\(place.folder.file("none")): has no file to load"), "\(broken)")
        }
    }

    @Test func `A fault in an archive is told by the name in it and the line`() throws {
        try withWorkplace { place in
            try place.folder.write(lines[0] + "\n{}\n", to: "a.json")
            try run(place, "zip -q logs.zip a.json")
            let outcome = try place.command("load", place.folder.file("logs.zip"))
            #expect(outcome.status == 1, "\(outcome)")
            #expect(outcome.error.contains("logs.zip: a.json:2: "), "\(outcome)")
            let piped = try place.run([
                "sh", "-c",
                "\(Place.program) load - --config \(place.folder.file("audit-query.yaml")) <\(place.folder.file("logs.zip"))",
            ])
            #expect(piped.status == 65 && piped.error.contains("save it as a file"), "\(piped)")
        }
    }

    @Test func `A folder of 3000 small files is loaded, a few open at a time, and goes on where it was`()
        throws
    {
        try withWorkplace { place in
            try run(place, "mkdir logs")
            for number in 0..<3000 {
                try place.folder.write(lines[number % lines.count], to: "logs/\(number / 100)-\(number)")
            }
            let limited =
                "ulimit -n 40; exec \(Place.program) load \(place.folder.file("logs")) --config \(place.folder.file("audit-query.yaml"))"
            let outcome = try place.run(["bash", "-c", limited], within: .seconds(300))
            #expect(outcome.status == 0 && outcome.output.contains("3000 records loaded"), "\(outcome)")
            let rest = try place.command(
                "load", "--from", place.folder.file("logs/9-998"), place.folder.file("logs"))
            #expect(rest.status == 0 && rest.output.contains("2 records loaded"), "\(rest)")
            let none = try place.command("load", "--from", "nothing", place.folder.file("logs"))
            #expect(none.status == 65 && none.error.contains("--from: there is no nothing in"), "\(none)")
        }
    }
}
