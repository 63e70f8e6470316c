import ArgumentParser
import Foundation
import QueryService
import TestSupport
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
        let connection = "host=db1,db2 dbname=it's user=audit_worker"
        for (password, path) in [
            (SetupWishes.Password.none, String?.none), (.kept, SetupWishes.passwordPath),
            (.file("/srv/secret"), SetupWishes.passwordPath),
        ] {
            let store = SetupWishes.Store.postgresql(connection: connection, password: password)
            guard case .postgresql(let database) = try settings(wishes(store)).store else {
                Issue.record("no database")
                return
            }
            #expect(database.connection == connection && database.passwordFile == path)
        }
        let secret = SetupWishes.Store.postgresql(connection: "host=db password=SECRET", password: .none)
        let refused = #expect(throws: SettingsError.self) { try settings(wishes(secret)) }
        #expect(refused?.description.contains("does not belong there") == true)
        #expect(refused?.description.contains("SECRET") == false)
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

    @Test func `a database is asked for on a terminal, and a password that was kept stays`() throws {
        let folder = try TemporaryFolder()
        let host = Host(root: folder.path)
        func wish(_ answers: [String], _ words: [String]) throws -> SetupWishes.Store {
            let answers = Answers(answers)
            let options = try SetupStoreOptions.parse(words)
            return try options.wish(Questions(isTerminal: true, line: { answers.next() }), host)
        }
        let database = "host=db dbname=audit"
        #expect(
            try wish(["postgresql", database, ""], [])
                == .postgresql(connection: database, password: .none))
        #expect(
            try wish([database, "/srv/secret"], ["--store", "postgresql"])
                == .postgresql(connection: database, password: .file("/srv/secret")))
        try FileManager.default.createDirectory(
            atPath: folder.file("etc/audit-query"), withIntermediateDirectories: true)
        try folder.write("old\n", to: "etc/audit-query/postgresql.password")
        #expect(
            try wish([""], ["--store", "postgresql", "--connection", database])
                == .postgresql(connection: database, password: .kept))
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
            setup?.storeOptions.regions == ["eu-west-1", "us-east-1"] && setup?.workers == 2
                && setup?.environment == "dev"
        )
        for wrong in [
            ["--store", "oracle"], ["--workers", "0"], ["--memory", "2G"],
            ["--store", "sqlite", "--region", "eu-west-1"], ["--store", "postgresql", "--table", "t"],
            ["--store", "dynamodb", "--connection", "host=db"],
            ["--store", "sqlite", "--password-file", "f"],
            ["--key-name", ""],
        ] {
            #expect(throws: (any Error).self) { try AuditQueryCommand.parseAsRoot(["setup"] + wrong) }
        }
    }
}

/// What somebody types, a line after the other.
private final class Answers {
    private var lines: [String]

    init(_ lines: [String]) { self.lines = lines }

    func next() -> String? { lines.isEmpty ? nil : lines.removeFirst() }
}
