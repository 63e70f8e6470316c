import TestSupport
import Testing

/// `audit-query setup --seal` on a machine in a folder: the key of the seals.
@Suite(.live, .enabled(if: MountNamespace.isPermitted, "mount namespaces are not permitted"))
struct SetupSealTests {
    private let words = [
        "setup", "--store", "sqlite", "--trial-certificate", "--listen", "127.0.0.1:48454", "--workers", "1",
        "--seal", "audit.example.com/prod",
    ]

    @Test func `the key is made, readable for its owner alone, and stays`() throws {
        try withPoolMachine { machine in
            let path = "/etc/audit-query/seal.key"
            let before = try machine.snapshot()
            let refused = try machine.command(words, ["FAIL_AT": "2"])
            #expect(refused.error.contains("; nothing has changed"), "\(refused)")
            #expect(try machine.snapshot() == before, "no key is left of a setup that failed")
            let outcome = try machine.command(words)
            #expect(outcome.output.hasPrefix("aq_"), "\(outcome)")
            let secret = try #require(try machine.file(path))
            let open = try #require(try machine.file("\(path).pub"))
            #expect(secret.hasPrefix("PRIVATE+KEY+audit.example.com/prod+"))
            #expect(open.hasPrefix("audit.example.com/prod+"))
            #expect(!outcome.error.contains(secret) && !outcome.output.contains(secret))
            let files = try machine.snapshot().split(separator: "\n").map(String.init)
            #expect(files.contains(".\(path) f 600 "), "\(files)")
            #expect(files.contains(".\(path).pub f 644 "))
            #expect(try machine.file("/etc/audit-query/audit-query.yaml")?.contains("enabled: true") == true)
            _ = try machine.command(words + ["--environment", "prod", "--replace"])
            #expect(try machine.file(path) == secret, "what it signed would be nobody's")
        }
    }
}
