import Foundation
import Synchronization
import TestSupport
import Testing

/// Following a table of DynamoDB by its stream, over a whole installation and by the commands.
@Suite(
    .live, .logsOnFailure,
    .enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct StreamFollowingTests {
    private static func line(_ id: String, system: String = "billing", resource: String = "r") -> String {
        #"{"auditId":"\#(id)","timestamp":"2024-01-31T10:00:00Z","systemId":"\#(system)","userId":"u","resourceId":"\#(resource)"}"#
    }

    private static func load(_ lines: [String], into region: Region) throws {
        let outcome = try Region.run("load", "FILE", over: [region], input: lines)
        guard outcome.status == 0 else { throw Failure("load: \(outcome)") }
    }

    private static func next(_ answer: Answer) throws -> String {
        try #require(try answer.json()["next"].string)
    }

    private static func emulatorIsLate(_ answer: Answer) -> Bool { [503, 504].contains(answer.status) }

    /// On a busy machine the emulator may take longer than a request or its tries may, and those that come soon after are answered alike:
    /// who asks again later misses nothing.
    private static func ask(_ client: Client, _ parameters: String) throws -> Answer {
        try eventually("the emulator answers") {
            let answer = try client.get("/v1/changes\(parameters)")
            return emulatorIsLate(answer) ? nil : answer
        }
    }

    private static func ids(_ answer: Answer) throws -> [String] {
        try answer.json()["records"].elements.compactMap { $0["auditId"].string }
    }

    @Test func `each key is told of its records, by whatever worker, and who waits is woken`() throws {
        let region = try Region("eu-west-1")
        try Region.installation([region]) { live in
            let limited = try live.key("limited", systems: ["payroll"])
            let clients = [live.client(), live.client(.secret(limited))]
            var tokens = try clients.map { try Self.next(try Self.ask($0, "")) }
            #expect(Set(tokens.map(\.count)).count == 1)
            let start = try Self.ask(clients[0], "?after=start")
            #expect(start.status == 410 && start.text.contains("24 hours"), "\(start)")
            var seen: [[String: String]] = [[:], [:]]
            for turn in 0..<6 {
                let waiting = Threads.start(2) { [tokens] number in
                    try clients[number].get("/v1/changes?after=\(tokens[number])&wait=20")
                }
                try Self.load(
                    (0..<10).map {
                        Self.line(
                            $0 == 0 ? "again" : "\(turn)-\($0)",
                            system: $0.isMultiple(of: 2) ? "payroll" : "billing",
                            resource: "r-\(turn)")
                    }, into: region)
                let first = try waiting.wait()
                for number in 0..<2 {
                    var answer = first[number]
                    // A worker that did not make the first token tells what is up to five minutes older, too (decision 103).
                    for page in 1...40 {
                        if Self.emulatorIsLate(answer) {
                            answer = try Self.ask(clients[number], "?after=\(tokens[number])")
                        }
                        #expect(answer.status == 200, "\(answer)")
                        for record in try answer.json()["records"].elements {
                            seen[number][record["auditId"].string ?? ""] = record["resourceId"].string ?? ""
                        }
                        tokens[number] = try Self.next(answer)
                        if seen[number].values.count(where: { $0 == "r-\(turn)" }) == (number == 0 ? 10 : 5) {
                            break
                        }
                        let limit = page < 20 ? 3 : 500
                        answer = try clients[number].get(
                            "/v1/changes?after=\(tokens[number])&limit=\(limit)&wait=2")
                    }
                }
            }
            var expected = ["again": "r-5"]
            for turn in 0..<6 { for id in 1..<10 { expected["\(turn)-\(id)"] = "r-\(turn)" } }
            // Those of the region have a slash in their ids.
            #expect(seen[0].filter { !$0.key.contains("/") } == expected)
            #expect(
                seen[1]
                    == expected.filter {
                        $0.key == "again"
                            || Int(String($0.key.last ?? "1")).map { $0.isMultiple(of: 2) } ?? false
                    })
        }
    }

    @Test func `follow and forward go on from their places, and refuse a start that is none`() throws {
        try DynamoDBPlace.with { table in
            #expect(try table.command("table", "create").status == 0)
            func load(_ ids: String...) throws {
                try table.place.folder.write(
                    ids.map { Self.line($0) }.joined(separator: "\n"), to: "in.ndjson")
                let outcome = try table.command("load", table.place.folder.file("in.ndjson"))
                #expect(outcome.status == 0, "\(outcome)")
            }
            let out = table.place.folder.file("out.ndjson")
            let forward = [
                "forward", "--to", "file:\(out)", "--checkpoint", table.place.folder.file("place"), "--once",
            ]
            func run(_ words: [String]) throws -> Workplace.Outcome {
                try table.place.run(table.arguments(words))
            }
            let refused = [
                try run(forward + ["--begin", "start"]),
                try run(["follow", "--after", "start", "--until-now"]),
            ]
            for outcome in refused {
                #expect(outcome.status != 0 && outcome.error.contains("24 hours"), "\(outcome)")
            }
            try FileManager.default.removeItem(atPath: table.place.folder.file("place"))
            #expect(try run(forward + ["--begin", "now"]).status == 0)
            let begun = try run(["follow", "--until-now"])
            let token = try #require(begun.error.firstMatch(of: #/--after ([^\s]+)/#).map { String($0.1) })
            try load("one", "two")
            try load("three")
            let followed = try run(["follow", "--after", token, "--until-now", "--columns", "auditId"])
            #expect(
                followed.output.split(separator: "\n").suffix(3).sorted() == ["one", "three", "two"],
                "\(followed)")
            for _ in 0..<2 { #expect(try run(forward).status == 0) }
            let lines = table.place.folder.text("out.ndjson").split(separator: "\n")
            #expect(lines.filter { $0.contains("\"three\"") }.count == 1 && lines.count == 3, "\(lines)")
        }
    }
}
