import Foundation
import Glibc
import TestSupport
import Testing

/// `audit-query follow`, of a store and of a server.
@Suite(.live, .logsOnFailure)
struct ChangesCommandTests {
    private static let lines = Array(GeneratedRecords.lines.prefix(120))

    private func follow(_ live: LiveInstallation, _ options: [String], url: Bool) throws -> Workplace.Outcome
    {
        try live.place.run(arguments(live, options, url: url))
    }

    private func arguments(_ live: LiveInstallation, _ options: [String], url: Bool) -> [String] {
        let start = ["env", "AUDIT_QUERY_KEY=\(live.adminKeys[0])", Place.program, "follow"]
        let from =
            url
            ? ["--url", "https://127.0.0.1:\(live.nginx.port)", "--ca-file", live.nginx.authorityPath]
            : ["--config", live.place.folder.file("audit-query.yaml")]
        return start + from + options
    }

    private func token(_ text: String) throws -> String {
        try #require(text.firstMatch(of: #/--after ([^\s]+)/#).map { String($0.1) })
    }

    @Test func `the server gives what the store has, all of it once, and each goes on from its token`() throws
    {
        try LiveInstallation.with(.init(lines: Self.lines)) { live in
            for options in [
                ["--json"], [], ["--user", "alice", "--json"], ["--filter", "action eq \"Read\""],
            ] {
                let all = options + ["--after", "start", "--until-now"]
                let (local, remote) = (try follow(live, all, url: false), try follow(live, all, url: true))
                #expect(local.status == 0 && remote.status == 0 && local.output == remote.output, "\(remote)")
                #expect(local.output.utf8.count > 200, "\(local)")
            }
            let whole = try follow(live, ["--after", "start", "--until-now", "--json"], url: false)
            #expect(whole.output.split(separator: "\n").count == Self.lines.count)
            for url in [false, true] {
                let now = try follow(live, ["--until-now"], url: url)
                #expect(now.status == 0 && now.output.isEmpty, "\(now)")
                let id = "later-\(url)"
                try live.place.load([
                    #"{"auditId":"\#(id)","timestamp":"2001-01-31T10:00:00Z","systemId":"s","userId":"u","resourceId":"r"}"#
                ])
                let later = try follow(
                    live, ["--after", try token(now.error), "--until-now", "--columns", "auditId"], url: url)
                #expect(later.output == "AUDITID\n\(id)\n" || later.output.hasSuffix("\n\(id)\n"), "\(later)")
                #expect(later.output.split(separator: "\n").count == 2)
            }
        }
    }

    @Test func `it shows what comes, says when the server is away, goes on, and at Ctrl-C how to go on`()
        throws
    {
        try LiveInstallation.with(.init(lines: Self.lines, workers: 1)) { live in
            let process = try live.place.start(
                arguments(live, ["--json"], url: true), log: "follow", environment: [:])
            func shown() -> String { live.place.folder.text("follow.out") }
            func said() -> String { live.place.folder.text("follow.err") }
            func load(_ id: String) throws {
                try live.place.load([
                    #"{"auditId":"\#(id)","timestamp":"2001-01-31T10:00:00Z","systemId":"s","userId":"u","resourceId":"r"}"#
                ])
            }
            // Until it has begun, records are none of its.
            try eventually("it has begun") {
                try load("first-\(UInt32.random(in: .min ... .max))")
                return shown().contains("first-")
            }
            try live.workers[0].kill()
            try eventually("it says so") { said().contains("asking again in") }
            try load("while-away")
            try live.workers[0].start()
            try live.workers[0].waitUntilReady()
            try eventually("it goes on", within: .seconds(60)) { shown().contains("while-away") }
            process.signal(SIGINT)
            #expect(try process.wait(within: .seconds(60)) == 130)
            let token = try token(said())
            try load("after-the-end")
            let rest = try follow(live, ["--after", token, "--until-now", "--json"], url: true)
            #expect(rest.output.contains("after-the-end"))
        }
    }

    @Test func `a wrong token, another store's and a wrong option are told as they were given`() throws {
        try LiveInstallation.with(.init(lines: Self.lines)) { live in
            for (options, text) in [
                (["--after", "x"], "--after"), (["--filter", "a b"], "--filter"),
                (["--columns", "a", "--json"], "--columns"),
            ] {
                for url in [false, true] {
                    let outcome = try follow(live, options + ["--until-now"], url: url)
                    #expect(outcome.status == 64 && outcome.error.contains(text), "\(outcome)")
                }
            }
            let other = String(repeating: "1", count: 32)
            let outcome = try follow(live, ["--after", other, "--until-now"], url: false)
            #expect(outcome.status == 65 && outcome.error.contains("another store"), "\(outcome)")
        }
    }
}
