import Threads
import Foundation
import Glibc
import TestSupport
import Testing

/// `audit-query load --rate` and `--skip` as a user sees them.
@Suite(.live, .logsOnFailure)
struct LoadResumptionTests {
    private let lines = Array(GeneratedRecords.lines.prefix(450))

    @Test func `what an interrupted load prints loads the rest`() throws {
        try withWorkplace { place in
            let arguments = [Place.program, "load", "-", "--config", place.folder.file("audit-query.yaml")]
            try interruptAndResume(place, arguments, variables: [:])
        }
    }

    @Test(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
    func `what an interrupted load into DynamoDB prints loads the rest`() throws {
        try DynamoDBPlace.with { table in
            #expect(try table.command("table", "create").status == 0)
            try interruptAndResume(
                table.place, table.arguments(["load", "-"]),
                variables: ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"])
        }
    }

    @Test func `a wrong rate or skip is 64, and more lines to skip than there are is 65`() throws {
        try withWorkplace { place in
            for option in ["--rate=0", "--rate=-1", "--rate=x", "--skip=-1"] {
                #expect(try place.command("load", "-", option, input: "").status == 64, "\(option)")
            }
            let text = lines.joined(separator: "\n")
            let exact = try place.command("load", "-", "--skip", "\(lines.count)", input: text)
            #expect(exact.status == 0 && exact.output.hasPrefix("0 records loaded"), "\(exact)")
            let over = try place.command("load", "-", "--skip", "\(lines.count + 1)", input: text)
            #expect(over.status == 65, "\(over)")
            #expect(
                over.error.contains("standard input has 450 lines, fewer than the 451 to skip"), "\(over)")
        }
    }

    /// Interrupts a load whose input does not end, once it has stored something; then does what it says.
    private func interruptAndResume(
        _ place: Workplace, _ arguments: [String], variables: [String: String]
    ) throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // Batches of 100, and what is left of them after a moment: all but the last line, whose end does not come.
        let load = try place.start(
            arguments + ["--rate", "400"], log: "load", input: ends[0], environment: variables)
        defer { load.destroy() }
        close(ends[0])
        let text = lines.joined(separator: "\n")
        try place.folder.write(text, to: "input")
        _ = try concurrently(1) { [end = ends[1]] _ in
            try FileHandle(fileDescriptor: end, closeOnDealloc: false).write(contentsOf: Data(text.utf8))
        }
        let query = [
            Place.program, "query", "--user", "alice", "--limit", "1000", "--json", "--config",
            place.folder.file("audit-query.yaml"),
        ]
        let environment = ["env"] + variables.map { "\($0)=\($1)" }
        // A batch is in the store a moment before the load knows: of the first it knows when there is something of the second.
        let first = lines.prefix(100).count { $0.contains("\"userId\":\"alice\"") }
        try eventually("something of the second batch is stored") {
            let found = try JSONValue(Data(place.run(environment + query).output.utf8))["count"].int
            return found ?? 0 > first
        }
        load.signal(SIGINT)
        #expect(try load.wait(within: .seconds(60)) == 130)
        close(ends[1])
        let error = place.folder.text("load.err")
        let command = try #require(error.split(separator: "\n").last.map(String.init), "\(error)")
        let words = command.split(separator: " ").map(String.init)
        let skip = try #require(words.firstIndex(of: "--skip"), "\(error)")
        let settled = try #require(Int(words[skip + 1]))
        #expect((1..<lines.count).contains(settled))
        #expect(error.contains("interrupted; \(settled) records are stored"), "\(error)")
        let input = place.folder.file("input")
        let rest = try place.run(environment + ["sh", "-c", "\(command) <\(input)"])
        #expect(rest.status == 0, "\(rest)")
        let left = lines.count - settled
        #expect(rest.output.hasPrefix("\(left) record\(left == 1 ? "" : "s") loaded"), "\(rest)")
        let users = try GeneratedRecords.users.map { user in
            let all = ["query", "--user", user, "--all", "--json"]
            let outcome = try place.run(
                environment + [Place.program] + all + ["--config", place.folder.file("audit-query.yaml")])
            #expect(outcome.status == 0, "\(outcome)")
            return outcome.output
        }
        let found = users.joined().split(separator: "\"auditId\"").count - 1
        #expect(found == lines.count, "\(found) records are found")
    }
}
