import Foundation
import TestSupport
import Testing

/// `audit-query setup` on a machine in a folder: all steps are made, or none.
@Suite(.live, .enabled(if: MountNamespace.isPermitted, "mount namespaces are not permitted"))
struct SetupCommandTests {
    private let words = [
        "setup", "--store", "sqlite", "--trial-certificate", "--listen", "127.0.0.1:48453", "--workers", "2",
    ]
    private let configuration = "/etc/audit-query/audit-query.yaml"

    @Test func `it makes everything but a running nginx, says what is missing, and can be repeated`() throws {
        try withPoolMachine { machine in
            let outcome = try machine.command(words)
            // Nothing here runs behind what systemd was told to start.
            #expect(
                outcome.status == 1 && outcome.error.contains("nobody answers at 127.0.0.1:48453"),
                "\(outcome)")
            #expect(outcome.output.hasPrefix("aq_") && outcome.lines.count == 1)
            #expect(try machine.file(configuration)?.hasPrefix("# Written by audit-query setup") == true)
            #expect(machine.running == [1, 2])
            let again = try machine.command(words)
            #expect(
                again.status == 1 && again.output.isEmpty && again.error.contains("There are keys already"))
            let other = try machine.command(words + ["--environment", "prod"])
            #expect(other.status == 1 && other.error.contains("give --replace to overwrite it"), "\(other)")
            _ = try machine.command(words + ["--environment", "prod", "--replace"])
            #expect(try machine.file(configuration)?.contains("environment: 'prod'") == true)
            #expect(try machine.file("\(configuration).old")?.contains("environment: 'dev'") == true)
        }
    }

    @Test func `a first key that could not be shown is taken back`() throws {
        try withPoolMachine { machine in
            let outcome = try machine.command(words, redirecting: ">/dev/full")
            #expect(outcome.status == 74 && outcome.error.contains("is taken back"), "\(outcome)")
            // Without standard error it goes as far as with it.
            let silent = try machine.command(words, redirecting: "2>/dev/full")
            #expect(silent.output.hasPrefix("aq_") && machine.running == [1, 2], "\(silent)")
        }
    }

    @Test func `whatever systemd refuses, nothing has changed, and no key is left that nobody has seen`()
        throws
    {
        try withPoolMachine { machine in
            let before = try machine.snapshot()
            var refused = 0
            for number in 1...40 {
                let outcome = try machine.command(words, ["FAIL_AT": "\(number)"])
                guard outcome.output.isEmpty else { break }
                refused += 1
                #expect(
                    outcome.status == 1 && outcome.error.contains("; nothing has changed"),
                    "\(number): \(outcome)")
                #expect(try machine.snapshot() == before, "after call \(number) failed: \(outcome)")
            }
            #expect((4...20).contains(refused))
        }
    }

    @Test(arguments: ["nr_blocks", "nr_inodes"])
    func `whatever a full disk refuses, nothing has changed`(_ what: String) throws {
        try withPoolMachine { machine in
            let before = try machine.snapshot()
            var refused = 0
            for room in stride(from: 0, through: 200, by: what == "nr_blocks" ? 4 : 1) {
                try machine.leave(room, what)
                let outcome = try machine.command(words)
                guard outcome.output.isEmpty else { break }
                refused += 1
                #expect(
                    outcome.status == 1 && outcome.error.contains("; nothing has changed"),
                    "\(room): \(outcome)")
                #expect(try machine.snapshot() == before, "with \(room) \(what): \(outcome)")
            }
            #expect((5...49).contains(refused))
        }
    }

    @Test func `a configuration that running workers do not take is taken back with all that belongs to it`()
        throws
    {
        try withPoolMachine { machine in
            _ = try machine.command(words)
            var before = try machine.snapshot()
            let change = words + ["--environment", "staging", "--replace", "--memory", "1G"]
            var refused = 0
            for number in 1...60 {
                let outcome = try machine.command(change, ["FAIL_AT": "\(number)"])
                guard machine.callCount >= number else { break }
                if outcome.error.contains("; nothing has changed") {
                    refused += 1
                    #expect(try machine.snapshot() == before, "after call \(number) failed: \(outcome)")
                } else {
                    // Something that may fail: the worker beside the pool does not stop, say.
                    _ = try machine.command(words + ["--replace", "--memory", "576M"])
                    before = try machine.snapshot()
                }
            }
            // nginx, boot, memory, the worker beside the pool, both workers.
            #expect((6...20).contains(refused))
            #expect(try machine.file(configuration)?.contains("'staging'") == true)
        }
    }

    @Test func `who cannot be asked is told what to give, and wrong answers are named`() throws {
        try withPoolMachine { machine in
            let before = try machine.snapshot()
            let chain = machine.place.folder.file("tls/server.pem")
            for (options, reason) in [
                ([], "give --store sqlite, --store postgresql or --store dynamodb"),
                (["--store", "sqlite"], "give --certificate and --certificate-key, or --trial-certificate"),
                (
                    ["--store", "sqlite", "--certificate", "/none", "--certificate-key", "/none"],
                    "there is no such file"
                ),
                (
                    ["--store", "sqlite", "--certificate", chain, "--certificate-key", chain],
                    "is not the key of"
                ),
                (
                    ["--store", "sqlite", "--trial-certificate", "--environment", "moon"],
                    "environment must be one of"
                ),
                (
                    ["--store", "postgresql", "--trial-certificate"],
                    "give --connection for --store postgresql"
                ),
                (
                    ["--store", "postgresql", "--connection", "host=x password=y", "--trial-certificate"],
                    "does not belong there"
                ),
                (
                    ["--store", "dynamodb", "--region", "Mars!", "--trial-certificate"],
                    "is not the name of a region"
                ),
            ] {
                let outcome = try machine.command(["setup"] + options)
                #expect(outcome.status == 64 && outcome.error.contains(reason), "\(options): \(outcome)")
            }
            #expect(try machine.snapshot() == before)
        }
    }
}
