import Foundation
import TestSupport
import Testing

/// `audit-query check` as scripts and operators see it.
@Suite(.live, .logsOnFailure)
struct CheckCommandTests {
    private static let defaultPath = "/etc/audit-query/audit-query.yaml"

    private func report(_ outcome: Workplace.Outcome) throws -> JSONValue {
        try JSONValue(Data(outcome.output.utf8))
    }

    private func findings(_ report: JSONValue, _ subject: String) -> [String] {
        report["findings"].elements.filter { $0["subject"].string == subject }.compactMap(\.["state"].string)
    }

    @Test func `--json tells what is configured, what was found, and whether somebody has to act`() throws {
        try withWorkplace(["environment": "staging"]) { place in
            let bad = try place.command("check", "--json")
            #expect(bad.status == 1)
            let found = try report(bad)
            #expect(found["ok"] == .bool(false))
            #expect(found["configuration"]["environment"].string == "staging")
            #expect(found["configuration"]["file"].string == place.folder.file("audit-query.yaml"))
            #expect(found["configuration"]["keys"]["file"].string == place.folder.file("keys.json"))
            #expect(found["configuration"]["store"]["kind"].string == "sqlite")
            #expect(found["configuration"]["store"]["path"].string == place.folder.file("audit.db"))
            #expect(findings(found, "store") == ["wrong"] && findings(found, "keys") == ["wrong"])
            #expect(findings(found, "cursor-secret") == ["ok"])
            try place.load([])
            _ = try place.key("any")
            let good = try place.command("check", "--json")
            #expect(good.status == 0)
            #expect(try report(good)["ok"] == .bool(true))
        }
    }

    /// Zeros in the place of a page, as a failing disk leaves them: the table's root, and some leaves of the table and of its
    /// indexes, most of which only a look at all of it meets.
    @Test func `a damaged embedded store is wrong`() throws {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines)
            _ = try place.key("any")
            #expect(try place.command("check").output.contains("audit.db is whole"))
            let path = place.folder.file("audit.db")
            let content = try #require(FileManager.default.contents(atPath: path))
            // Leaves of a table begin with 13, of an index with 10; the first page is the schema's.
            let size = 8192
            let leaves = (1..<content.count / size).filter { [10, 13].contains(content[size * $0]) }
            #expect(leaves.count > 40)
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            defer { try? file.close() }
            var metByAllOfIt = 0
            for page in [1] + stride(from: 0, to: leaves.count, by: 6).map({ leaves[$0] }) {
                try file.seek(toOffset: UInt64(size * page))
                try file.write(contentsOf: Data(count: size))
                for words in [["check"], ["check", "--thorough"]] {
                    let outcome = try place.run(
                        [Place.program] + words + ["--config", place.folder.file("audit-query.yaml")])
                    let line = outcome.lines.first { $0.hasPrefix("wrong") } ?? ""
                    #expect(
                        outcome.status == 1 && line.contains("restore it from a backup"),
                        "\(page): \(outcome)")
                    if line.contains("audit.db is damaged (") { metByAllOfIt += 1 }
                }
                try file.seek(toOffset: UInt64(size * page))
                try file.write(contentsOf: content[size * page..<size * (page + 1)])
            }
            #expect(metByAllOfIt >= 3)
            #expect(try place.command("check").output.contains("audit.db is whole"))
        }
    }

    /// What no page shows to be damaged: an answer would be short of the record.
    @Test func `a record that an index does not lead to is told by --thorough`() throws {
        try withWorkplace(["store.index.attributes": "action"]) { place in
            try place.load(GeneratedRecords.lines)
            _ = try place.key("any")
            let whole = try place.command("check", "--thorough")
            #expect(
                whole.status == 0
                    && whole.output.contains("audit.db is whole, and each index leads to each of its records"),
                "\(whole)")
            let path = place.folder.file("audit.db")
            let changed = try place.run([
                "sqlite3", path, "DELETE FROM attribute_1_keys WHERE value = 1",
            ])
            #expect(changed.status == 0, "\(changed)")
            let quick = try place.command("check")
            #expect(quick.status == 0 && quick.output.contains("audit.db is whole; --thorough"), "\(quick)")
            let thorough = try place.command("check", "--thorough")
            let line = thorough.lines.first { $0.hasPrefix("wrong") } ?? ""
            #expect(
                thorough.status == 1
                    && line.contains("records are not found by the index of action, the first: systemId"),
                "\(thorough)")
        }
    }

    @Test func `--configuration opens nothing that the configuration names`() throws {
        try withWorkplace(["cache.ttl-seconds": "7"], environment: ["AUDIT_QUERY_NONE": "x"]) { place in
            let outcome = try place.command("check", "--configuration")
            #expect(outcome.status == 0)
            #expect(outcome.lines.count == 2 && outcome.lines[0].hasPrefix("ok "), "\(outcome)")
            #expect(outcome.lines[0].hasSuffix(", and over it AUDIT_QUERY_CACHE_TTL_SECONDS"))
            #expect(outcome.lines[1].hasPrefix("warning") && outcome.lines[1].contains("AUDIT_QUERY_NONE"))
            try place.folder.write("colour: red\n", to: "audit-query.yaml")
            let wrong = try place.command("check", "--configuration", "--json")
            let found = try report(wrong)
            #expect(wrong.status == 1 && found["configuration"] == .null && found["ok"] == .bool(false))
            let text = found["findings"].elements.first?["text"].string
            #expect(
                text?.hasPrefix("\(place.folder.file("audit-query.yaml")):1: colour is not a key") == true)
        }
    }

    @Test func `a configuration in DynamoDB is told with its table and regions`() throws {
        let overrides = ["store.kind": "dynamodb", "store.dynamodb.regions": "eu-west-1,eu-central-1"]
        try withWorkplace(overrides) { place in
            let store = try report(place.command("check", "--configuration", "--json"))["configuration"][
                "store"]
            #expect(store["kind"].string == "dynamodb" && store["table"].string == "audit-records")
            #expect(store["regions"].elements.compactMap(\.string) == ["eu-west-1", "eu-central-1"])
            #expect(store["path"] == .null)
        }
    }

    @Test(
        .enabled(if: !FileManager.default.fileExists(atPath: defaultPath), "this machine has a configuration")
    )
    func `no configuration is wrong, and so is one that is not there`() throws {
        try withWorkplace { place in
            for options in [["check"], ["check", "--configuration"]] {
                let outcome = try place.run([Place.program] + options)
                #expect(outcome.status == 1)
                #expect(outcome.output.contains("wrong    configuration: there is no \(Self.defaultPath)"))
            }
            let missing = try place.run([Place.program, "check", "--config", place.folder.file("none.yaml")])
            #expect(missing.status == 1 && missing.output.contains("none.yaml"))
        }
    }

    @Test func `keys create --json gives a script the key and its id, and nothing else`() throws {
        try withWorkplace { place in
            let outcome = try place.command(
                "keys", "create", "--name", "run", "--expires", "2999-12-31", "--json")
            #expect(outcome.status == 0 && outcome.error.isEmpty)
            let made = try report(outcome)
            let listed = try report(place.command("keys", "list", "--json")).elements
            #expect(made["id"].string == listed.first?["id"].string)
            #expect(made["name"].string == "run" && made["expires"].string?.hasSuffix("Z") == true)
            #expect(made["expires"] == listed.first?["expires"])
            #expect(made["key"].string?.hasPrefix("aq_") == true)
            let lasting = try report(place.command("keys", "create", "--name", "other", "--json"))
            #expect(lasting["expires"] == .null)
        }
    }
}
