import TestSupport
import Testing

/// `audit-query setup --store postgresql` on a machine in a folder: the password's file, and a look at the database.
@Suite(.live, .enabled(if: MountNamespace.isPermitted, "mount namespaces are not permitted"))
struct SetupDatabaseTests {
    private static let secret = "the-password-of-a-worker"
    private let path = "/etc/audit-query/postgresql.password"

    private func words(_ database: DatabasePlace, _ more: [String] = []) -> [String] {
        [
            "setup", "--store", "postgresql", "--connection",
            database.server.connection(database.name, user: "\(database.name)_worker"), "--trial-certificate",
            "--listen", "127.0.0.1:48455", "--workers", "1",
        ] + more
    }

    @Test func `the password goes into a file of root's, and nowhere else`() throws {
        let database = try DatabasePlace()
        try database.makeSchema(password: Self.secret)
        try withPoolMachine { machine in
            let variables = ["AUDIT_QUERY_STORE_POSTGRESQL_PASSWORD_FILE": "\(machine.root)\(path)"]
            try machine.place.folder.write("\(Self.secret)\n", to: "secret")
            let given = ["--password-file", machine.place.folder.file("secret")]
            let before = try machine.snapshot()
            let none = try machine.command(words(database), variables)
            #expect(
                none.error.contains("the database cannot be read")
                    && none.error.contains("nothing has changed"),
                "\(none)")
            let refused = try machine.command(
                words(database, given), variables.merging(["FAIL_AT": "2"]) { $1 })
            #expect(refused.error.contains("; nothing has changed"), "\(refused)")
            #expect(try machine.snapshot() == before, "nothing is left of a setup that failed")

            let outcome = try machine.command(words(database, given), variables)
            #expect(outcome.output.hasPrefix("aq_"), "\(outcome)")
            #expect(outcome.error.contains("may only read"), "\(outcome)")
            #expect(try machine.file(path) == "\(Self.secret)\n")
            let files = try machine.snapshot().split(separator: "\n").map(String.init)
            #expect(files.contains(".\(path) f 600 "), "\(files)")
            let configuration = try #require(try machine.file("/etc/audit-query/audit-query.yaml"))
            #expect(configuration.contains("password-file: \(path)"))
            for text in [configuration, outcome.output, outcome.error] {
                #expect(!text.contains(Self.secret))
            }
            // It stays where it is not given anew.
            let again = try machine.command(
                words(database, ["--environment", "prod", "--replace"]), variables)
            #expect(again.error.contains("There are keys already"), "\(again)")
            #expect(try machine.file(path) == "\(Self.secret)\n")
            try machine.place.folder.write("wrong\n", to: "secret")
            let wrong = try machine.command(words(database, given + ["--environment", "prod"]), variables)
            #expect(wrong.error.contains("password"), "\(wrong)")
            #expect(try machine.file(path) == "\(Self.secret)\n", "the one that works is put back")
        }
    }

    @Test func `a file that holds no password is refused`() throws {
        let database = try DatabasePlace()
        try withPoolMachine { machine in
            let before = try machine.snapshot()
            for (content, reason) in [("", "is empty"), ("two\nlines\n", "must have one line")] {
                try machine.place.folder.write(content, to: "secret")
                let outcome = try machine.command(
                    words(database, ["--password-file", machine.place.folder.file("secret")]))
                #expect(outcome.status == 64 && outcome.error.contains(reason), "\(outcome)")
                #expect(outcome.error.contains("--password-file"), "\(outcome)")
            }
            #expect(try machine.snapshot() == before)
        }
    }
}
