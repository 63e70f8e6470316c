import Threads
import Foundation
import Glibc
import TestSupport
import Testing

/// `audit-query load` as a user sees it.
@Suite(.live, .logsOnFailure)
struct LoadCommandTests {
    private let lines = Array(GeneratedRecords.lines.prefix(1200))

    @Test func `bad lines are reported by file and line, the rest is loaded, and the exit is 1`() throws {
        try withWorkplace { place in
            let bad = [
                "{", "[]", #"{"auditId":"a"}"#, #"{"auditId":1,"timestamp":"2024-01-01T00:00:00Z"}"#,
                #"{"auditId":"a","timestamp":"2024-01-01 00:00","systemId":"s","userId":"u","resourceId":"r"}"#,
                #"{"auditId":"a","timestamp":"2024-01-01T00:00:00Z","systemId":"","userId":"u","resourceId":"r"}"#,
            ]
            let mixed = zip(bad, lines).flatMap { [$1, $0] }
            try place.folder.write(mixed.joined(separator: "\n"), to: "mixed.ndjson")
            let file = place.folder.file("mixed.ndjson")
            let outcome = try place.command("load", file)
            #expect(outcome.status == 1, "\(outcome)")
            for number in 1...bad.count {
                #expect(outcome.error.contains("\(file):\(number * 2): "), "\(outcome)")
            }
            #expect(!outcome.error.contains("\(file):1: "))
            #expect(outcome.error.contains("\(bad.count) lines were left out"))
            #expect(outcome.output.contains("\(bad.count) records loaded"))
        }
    }

    @Test func `plain files, gz, standard input and many files at once give the same store`() throws {
        let stores = try [0, 1, 2, 3].map { way in
            try withWorkplace { place in
                let halves = [lines.prefix(500), lines.dropFirst(500)].map {
                    $0.joined(separator: "\n") + "\n"
                }
                for (number, half) in halves.enumerated() {
                    try place.folder.write(half, to: "\(number).ndjson")
                }
                let files = [0, 1].map { place.folder.file("\($0).ndjson") }
                let outcome: Workplace.Outcome
                switch way {
                case 0: outcome = try place.command("load", files[0], files[1])
                case 1:
                    #expect(try place.run(["gzip", files[0], files[1]]).status == 0)
                    outcome = try place.command("load", files[1] + ".gz", files[0] + ".gz")
                case 2: outcome = try place.command("load", "-", input: halves.joined())
                default:
                    // Two members in one file, under a name that does not say so.
                    #expect(
                        try place.run([
                            "sh", "-c", "cat \"$@\" | gzip >\"$0\"", place.folder.file("all"), files[0],
                            files[1],
                        ])
                        .status == 0)
                    outcome = try place.command("load", place.folder.file("all"))
                }
                #expect(outcome.status == 0, "\(outcome)")
                #expect(outcome.output.contains("1200 records loaded"))
                return try contents(place)
            }
        }
        #expect(Set(stores).count == 1)
    }

    @Test func `a gz file that was cut is 65, and what came before the cut is stored`() throws {
        try withWorkplace { place in
            try place.folder.write(lines.joined(separator: "\n"), to: "whole")
            #expect(try place.run(["gzip", "-k", place.folder.file("whole")]).status == 0)
            let whole = try Data(contentsOf: URL(filePath: place.folder.file("whole.gz")))
            try place.folder.write(whole.prefix(whole.count * 3 / 4), to: "cut.gz")
            let cut = try place.command("load", place.folder.file("cut.gz"))
            #expect(cut.status == 65, "\(cut)")
            #expect(cut.error.contains("cut.gz: truncated gzip data"))
            // The half of a line that stands before the cut is no bad line: there is nothing to mend in it.
            #expect(!cut.error.contains("is not a JSON object"), "\(cut)")
            let stored = try place.command("query", "--user", "alice", "--all", "--json").output
            #expect(stored.contains("\"auditId\""))
            #expect(try place.command("load", place.folder.file("whole.gz")).status == 0)
            let mended = try contents(place)
            #expect(
                try withWorkplace { other in
                    try other.load(lines)
                    return try contents(other)
                } == mended)
        }
    }

    @Test func `a repeated load changes nothing`() throws {
        try withWorkplace { place in
            try place.load(lines)
            let once = try contents(place)
            try place.load(lines.reversed())
            #expect(try contents(place) == once)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a load that is interrupted ends with 130, and its repetition mends it`(_ signal: Int32) throws {
        try withWorkplace { place in
            var ends: [Int32] = [0, 0]
            #expect(pipe(&ends) == 0)
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            let load = try place.start(
                [Place.program, "load", "-", "--config", place.folder.file("audit-query.yaml")], log: "load",
                input: ends[0])
            defer { load.destroy() }
            close(ends[0])
            // More than one batch, and no end: it stores the whole lines and waits for more.
            let text = lines.dropLast(100).joined(separator: "\n") + "\n{\"auditId\":\"half a li"
            _ = try concurrently(1) { [end = ends[1]] _ in
                try FileHandle(fileDescriptor: end, closeOnDealloc: false).write(contentsOf: Data(text.utf8))
            }
            let counting = ["sqlite3", place.folder.file("audit.db"), "SELECT count(*) FROM entries"]
            try eventually("all whole lines are stored") { try place.run(counting).output == "1100\n" }
            load.signal(signal)
            #expect(try load.wait(within: .seconds(60)) == 130)
            close(ends[1])
            let error = place.folder.text("load.err")
            // The last batch is in the file a moment before the load knows.
            let words = /interrupted; ([0-9]+) records are stored/
            let told = try #require(error.firstMatch(of: words), "\(error)")
            let count = try #require(Int(told.1))
            #expect(count <= 1100, "\(error)")
            let done = count == 0 ? "stored. To load" : "the first \(count) lines of standard input are done"
            #expect(error.contains(done), "\(error)")
            try place.load(lines)
            let mended = try contents(place)
            #expect(
                try withWorkplace { other in
                    try other.load(lines)
                    return try contents(other)
                } == mended)
        }
    }

    @Test func `a missing file is 65, a missing folder for the store 69, no file 64`() throws {
        try withWorkplace { place in
            let missing = try place.command("load", "/nowhere/records.ndjson")
            #expect(missing.status == 65 && missing.error.contains("/nowhere/records.ndjson"), "\(missing)")
            #expect(try place.command("load").status == 64)
        }
        try withWorkplace(["store.sqlite.path": "/nowhere/audit.db"]) { place in
            let outcome = try place.command("load", "-", input: "")
            #expect(outcome.status == 69 && outcome.error.contains("/nowhere/audit.db"), "\(outcome)")
        }
    }

    /// All that a store has, as the command prints it.
    private func contents(_ place: Workplace) throws -> String {
        try GeneratedRecords.users.map { user in
            let outcome = try place.command("query", "--user", user, "--all", "--json", "--order", "asc")
            #expect(outcome.status == 0, "\(outcome)")
            return outcome.output
        }.joined()
    }
}
