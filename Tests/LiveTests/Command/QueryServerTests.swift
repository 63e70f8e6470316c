import Foundation
import Glibc
import TestSupport
import Testing

/// `audit-query query --url` against a whole installation.
@Suite(.live(.init(lines: GeneratedRecords.lines)), .logsOnFailure)
struct QueryServerTests {
    let live: LiveInstallation

    init() throws {
        live = try LiveInstallation.shared
    }

    private var url: String { "https://127.0.0.1:\(live.nginx.port)" }

    /// A query of the server, with a key from the environment.
    private func query(_ options: [String], key: String? = nil, authority: String? = nil) throws
        -> Workplace.Outcome
    {
        try ask("query", options, key: key, authority: authority)
    }

    /// Another command that asks the server.
    private func ask(
        _ command: String, _ options: [String], key: String? = nil, authority: String? = nil
    ) throws -> Workplace.Outcome {
        try live.place.run(
            [
                "env", "AUDIT_QUERY_KEY=\(key ?? live.adminKeys[0])", Place.program, command, "--url", url,
                "--ca-file",
                authority ?? live.nginx.authorityPath,
            ] + options)
    }

    @Test(arguments: [
        ["--user", "zoë", "--all", "--json", "--limit", "5"], ["--user", "al ice+1&x=y", "--all"],
        [
            "--user", "zoë", "--filter", "not (sourceIp cidr \"10.0.0.0/31\") and action eq \"Read\"",
            "--all", "--json",
        ],
        ["--resource", "\"\\", "--all", "--json", "--order", "asc"], ["--user", "👩‍💻", "--limit", "3"],
        ["--system", "billing", "--from", "2024-01", "--to", "2024-01", "--all", "--json"],
        ["--user", "alice", "--from", "2024-01-31", "--to", "2024-01-31", "--time-zone", "+09:00", "--all"],
    ])
    func `the server gives what the store has, byte for byte`(_ options: [String]) throws {
        let local = try live.place.run(
            [Place.program, "query", "--config", live.place.folder.file("audit-query.yaml")] + options)
        let remote = try query(options)
        #expect(local.status == 0 && local.output.utf8.count > 200, "\(local)")
        #expect(
            remote.status == 0 && remote.output == local.output && remote.error == local.error, "\(remote)")
    }

    @Test(arguments: [
        ["user"], ["user", "--prefix", "al ice+1&x", "--json"], ["system", "--limit", "1"],
        ["resource", "--limit", "2", "--json"], ["user", "--prefix", "nobody"],
    ])
    func `the server lists the names that the store has`(_ options: [String]) throws {
        let local = try live.place.run(
            [Place.program, "names", "--config", live.place.folder.file("audit-query.yaml")] + options)
        let remote = try ask("names", options)
        #expect(local.status == 0 && !(local.output + local.error).isEmpty, "\(local)")
        #expect(
            remote.status == 0 && remote.output == local.output && remote.error == local.error, "\(remote)")
    }

    @Test func `a wrong option of names is told as it was given, by the server and without one`() throws {
        for options in [["action"], ["user", "--limit", "0"], ["user", "--prefix", ""]] {
            let remote = try ask("names", options)
            #expect(
                remote.status == 64 && remote.error.contains(options.count == 1 ? "kind" : options[1]),
                "\(remote)")
            let local = try live.place.run(
                [Place.program, "names", "--config", live.place.folder.file("audit-query.yaml")] + options)
            #expect(
                local.status == 64 && local.error.contains(options.count == 1 ? "kind" : options[1]),
                "\(local)")
        }
    }

    @Test(arguments: [
        ["--user", "zoë"], ["--user", "al ice+1&x=y", "--order", "asc"],
        ["--system", "billing", "--from", "2023-06", "--to", "2024-12", "--filter", "action eq \"Read\""],
        ["--from", "2023-12", "--to", "2024-06", "--order", "asc"],
    ])
    func `an export of the server is that of the store, byte for byte`(_ question: [String]) throws {
        for name in ["records.ndjson", "records.csv"] {
            let folders = ["local", "remote"].map { "\($0)-\(UInt64.random(in: .min ... .max))" }
            let paths = folders.map { "\(live.place.folder.file($0))/\(name)" }
            let local = try live.place.run(
                [Place.program, "export", "--config", live.place.folder.file("audit-query.yaml")] + question
                    + ["--output", paths[0]])
            let remote = try ask("export", question + ["--output", paths[1]])
            #expect(local.status == 0 && remote.status == 0, "\(local)\n\(remote)")
            let content = paths.map { FileManager.default.contents(atPath: $0) }
            #expect(content[0] == content[1] && (content[0]?.count ?? 0) > 200)
            let manifest = live.place.folder.text("\(folders[1])/manifest.json")
            #expect(manifest.contains("\"kind\" : \"server\""))
            #expect(!manifest.contains(live.adminKeys[0]))
        }
    }

    @Test func `every record of every user comes once, in order`() throws {
        for user in GeneratedRecords.users {
            let all = try query(["--user", user, "--limit", "7", "--all", "--json"])
            let records = try JSONValue(Data(all.output.utf8))["records"].elements
            let expected = try GeneratedRecords.model.get().matching(user: user)
            #expect(records.map(\.["auditId"].string) == expected.map(\.auditId))
        }
    }

    @Test func `the key may be in a file, and a file that everybody may read is warned of`() throws {
        let path = live.place.folder.file("key.txt")
        defer { unlink(path) }
        try live.place.folder.write("\(live.adminKeys[0])\n", to: "key.txt")
        let words = [
            Place.program, "query", "--url", url, "--ca-file", live.nginx.authorityPath, "--user", "alice",
            "--limit",
            "1",
        ]
        #expect(try live.place.run(words).status == 64, "no key")
        let found = try live.place.run(words + ["--key-file", path])
        #expect(found.status == 0 && found.lines.count == 2 && !found.error.contains("warning"), "\(found)")
        chmod(path, 0o644)
        let open = try live.place.run(words + ["--key-file", path])
        #expect(
            open.status == 0 && open.error.contains("warning: \(path) may be read by everybody"), "\(open)")
        try live.place.folder.write("two words\n", to: "key.txt")
        #expect(try live.place.run(words + ["--key-file", path]).status == 65)
        let missing = try live.place.run(words + ["--key-file", "/nowhere"])
        #expect(missing.status == 78 && missing.error.contains("/nowhere"), "\(missing)")
        #expect(!missing.error.contains("configuration"), "it is not the configuration's fault: \(missing)")
    }

    @Test func `keys that are unknown or limited are told what the server tells them`() throws {
        let unknown = try query(["--user", "alice"], key: "aq_unknown")
        #expect(
            unknown.status == 77 && unknown.error.contains("the key in AUDIT_QUERY_KEY is not accepted"),
            "\(unknown)")
        let limited = try live.key("limited", systems: ["crm-*"])
        let other = try query(["--system", "billing"], key: limited)
        #expect(other.status == 77 && other.error.contains("--system: is not among the systems"), "\(other)")
        let nothing = try query(["--user", "alise"], key: limited)
        #expect(
            nothing.error == "There are no such records in the systems that this key may see: crm-*.\n",
            "\(nothing)")
    }

    @Test func `a certificate of nobody that is trusted is refused, with what to do`() throws {
        let words = [
            "env", "AUDIT_QUERY_KEY=\(live.adminKeys[0])", Place.program, "query", "--url", url, "--user",
            "alice",
        ]
        let untrusted = try live.place.run(words)
        #expect(untrusted.status == 69 && untrusted.error.contains("name that by --ca-file"), "\(untrusted)")
        let none = try query(["--user", "alice"], authority: live.place.folder.file("audit-query.yaml"))
        #expect(none.status == 65 && none.error.contains("holds no certificate"), "\(none)")
        let name = try live.place.run(
            words.map { $0.replacing("127.0.0.1", with: "127.0.0.2") } + [
                "--ca-file", live.nginx.authorityPath,
            ])
        #expect(
            name.status == 69 && !name.error.contains("--ca-file"), "another host, or nobody there: \(name)")
    }

    @Test func `wrong questions name options, also those that the server finds wrong`() throws {
        let wrong = try query(["--limit", "0", "--system", "billing", "--from", "2020", "--to", "2024"])
        #expect(wrong.status == 64 && wrong.error.contains("--limit: must be"), "\(wrong)")
        #expect(
            wrong.error.contains("--from: is more than 366 days") && wrong.error.contains("an earlier --to"),
            "\(wrong)")
        #expect(!wrong.error.contains("startDate") && !wrong.error.contains("systemId"), "\(wrong)")
        let config = try query(["--user", "alice", "--config", "/x"])
        #expect(config.status == 64 && config.error.contains("--config"), "\(config)")
    }

    @Test func `what breaks off says so, and where to go on`() throws {
        let page =
            #"{"records":[{"auditId":"a","timestamp":"2024-01-31T10:00:00Z","systemId":"s","userId":"u","resourceId":"r","#
            + #""attributes":{}}],"count":1,"hasMore":true,"nextCursor":"c1","stopReason":"limit","range":{},"scope":{"systems":["*"]}}"#
        try withServer { connection in
            connection.readRequest()
            connection.answer(body: Array(page.utf8))
            connection.readRequest()
            connection.answer("503 Service Unavailable", "Retry-After: 600\r\n")
        } _: { server in
            let words = [
                "env", "AUDIT_QUERY_KEY=key", Place.program, "query", "--url", server.url(""), "--user", "u",
                "--all",
            ]
            for form in [[], ["--json"]] {
                let outcome = try live.place.run(words + form)
                #expect(outcome.status == 69 && outcome.output.contains("2024-01-31T10:00:00Z"), "\(outcome)")
                #expect(
                    outcome.error.contains(
                        "this is not all: it breaks off after 1 record; the rest: --cursor c1"), "\(outcome)")
                #expect(form.isEmpty || (try? JSONValue(Data(outcome.output.utf8))) == nil)
            }
        }
    }
}
