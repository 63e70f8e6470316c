import ArgumentParser
import QueryService
import Testing

@testable import audit_query
@testable import DynamoDBRecords

/// What `setup` makes of its answers.
@Suite struct SetupTests {
    private func wishes(_ store: SetupWishes.Store, environment: String = "dev") -> SetupWishes {
        SetupWishes(store: store, environment: environment, certificate: .trial, keyName: "first")
    }

    private func settings(_ wishes: SetupWishes) throws -> Settings {
        let file = try SettingsFile(path: "written", text: wishes.configuration)
        return try Settings(SettingsSource(file: file, environment: [:]))
    }

    @Test func `the configuration that is written says what was answered`() throws {
        let sqlite = try settings(wishes(.sqlite, environment: "prod"))
        #expect(sqlite.environment == .prod && sqlite.store == .sqlite(path: "/var/lib/audit-query/audit.db"))
        let answers = SetupWishes.Store.dynamodb(
            table: "it's #1: a table", regions: ["eu-west-1", "us-east-1"],
            endpoints: ["http://a:1", "http://b:2"])
        guard case .dynamodb(let table, let regions, let endpoints) = try settings(wishes(answers)).store
        else {
            Issue.record("no table")
            return
        }
        #expect(table.name == "it's #1: a table" && regions == ["eu-west-1", "us-east-1"])
        #expect(endpoints == ["http://a:1", "http://b:2"])
        let fault = #expect(throws: SettingsError.self) {
            try settings(wishes(.dynamodb(table: "t", regions: ["Mars!"], endpoints: [])))
        }
        #expect(fault?.description.contains("is not the name of a region") == true)
    }

    @Test func `who cannot be asked is told what to give`() throws {
        let nobody = Questions(isTerminal: false, line: { nil })
        let error = #expect(throws: HostError.self) { try nobody.ask("The table", option: "give --table") }
        #expect(error?.status == .usage && error?.description.hasPrefix("give --table") == true)
        let somebody = Questions(isTerminal: true, line: { "" })
        #expect(try somebody.ask("The table", otherwise: "t", option: "") == "t")
        let gone = #expect(throws: HostError.self) {
            try Questions(isTerminal: true, line: { nil }).ask("The table", option: "")
        }
        #expect(gone?.description == "stopped: nothing has changed")
    }

    @Test(arguments: [
        ("    DNS:audit.example.com, IP Address:10.0.0.1", "audit.example.com"),
        ("    IP Address:10.0.0.1, DNS:b.example.com", "b.example.com"),
        ("DNS:*.example.com", "audit-query.example.com"),
        ("", "localhost"), ("    IP Address:10.0.0.1", "localhost"),
    ])
    func `a name of the certificate is asked for`(_ names: String, _ name: String) {
        #expect(ServerCertificate.name(names) == name)
    }

    @Test func `options are complete without being installed, and wrong ones are refused`() throws {
        let words = [
            "setup", "--store", "dynamodb", "--region", "eu-west-1", "--region", "us-east-1", "--workers",
            "2",
        ]
        let setup = try AuditQueryCommand.parseAsRoot(words) as? SetupCommand
        #expect(
            setup?.regions == ["eu-west-1", "us-east-1"] && setup?.workers == 2 && setup?.environment == "dev"
        )
        for wrong in [
            ["--store", "oracle"], ["--workers", "0"], ["--memory", "2G"],
            ["--store", "sqlite", "--region", "eu-west-1"],
            ["--key-name", ""],
        ] {
            #expect(throws: (any Error).self) { try AuditQueryCommand.parseAsRoot(["setup"] + wrong) }
        }
    }
}
