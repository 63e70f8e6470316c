import Foundation
import Glibc
import TestSupport
import Testing

/// `audit-query pool` on a machine in a folder: everything that can fail does, one after the other, and nothing has changed
/// after it.
@Suite(.live, .enabled(if: MountNamespace.isPermitted, "mount namespaces are not permitted"))
struct PoolCommandTests {
    private let site = "/etc/nginx/sites-available/audit-query"
    private let first = ["pool", "2", "--listen", "127.0.0.1:48443"]

    private func withPool(_ body: (PoolMachine) throws -> Void) throws {
        try withPoolMachine { machine in
            let certificate = ["server.pem", "server-key.pem"].map { machine.place.folder.file("tls/\($0)") }
            let made = try machine.command(
                first + ["--certificate", certificate[0], "--certificate-key", certificate[1]])
            #expect(made.status == 0, "\(made)")
            try body(machine)
        }
    }

    @Test func `what could not be told is done all the same, and the status says so`() throws {
        try withPool { machine in
            for words in [["pool", "status"], ["pool", "restart"], ["pool", "1"]] {
                let outcome = try machine.command(words, redirecting: ">/dev/full")
                #expect(outcome.status == 74, "\(words): \(outcome)")
            }
            #expect(machine.running == [1])
            #expect(try machine.command(["pool", "2"], redirecting: "2>/dev/full").status == 0)
            #expect(machine.running == [1, 2])
            let refused = try machine.command(["pool", "3"], ["FAIL_AT": "1"], redirecting: "2>/dev/full")
            #expect(refused.status == 1 && machine.running == [1, 2], "\(refused)")
        }
    }

    @Test func `a pool is set, resized, told and stopped`() throws {
        try withPool { machine in
            #expect(machine.running == [1, 2])
            let text = try machine.file(site) ?? ""
            #expect(
                text.hasPrefix("# Written by audit-query pool: ") && text.contains("variables_hash_max_size"))
            #expect(text.contains("/run/audit-query/1.sock") && text.contains("/run/audit-query/2.sock"))
            let grown = try machine.must("pool", "3", "--memory", "1G")
            #expect(grown.output == "3 workers, of 1G at most, behind nginx on 127.0.0.1:48443\n")
            #expect(
                try machine.file("/etc/systemd/system/audit-query@.service.d/memory.conf")?.hasSuffix(
                    "MemoryMax=1G\n") == true)
            try machine.must("pool", "1")
            #expect(machine.running == [1])
            #expect(try machine.file(site)?.contains("/run/audit-query/2.sock") == false)
            let told = try machine.must("pool", "status")
            #expect(told.lines.first == "1 worker, of 1G at most, behind nginx on 127.0.0.1:48443")
            #expect(try machine.must("pool", "restart").output == "1 worker replaced\n")
            // Nothing is left beside the files that were replaced.
            #expect(try !machine.snapshot().contains(".before"))
            try machine.must("pool", "stop")
            #expect(machine.running == [])
            #expect(try machine.file("/etc/nginx/sites-enabled/audit-query") == nil)
        }
    }

    @Test(arguments: [
        ["pool", "4", "--memory", "1G", "--listen", "127.0.0.1:48444"], ["pool", "1"], ["pool", "3"],
    ])
    func `whatever systemd refuses, nothing has changed`(_ words: [String]) throws {
        try withPool { machine in
            let before = try machine.snapshot()
            var refused = 0
            for number in 1...40 {
                let outcome = try machine.command(words, ["FAIL_AT": "\(number)"])
                guard outcome.status != 0 else { break }
                refused += 1
                #expect(
                    outcome.status == 1 && outcome.error.contains("; nothing has changed"),
                    "\(number): \(outcome)")
                #expect(try machine.snapshot() == before, "after call \(number) failed: \(outcome)")
            }
            #expect((3...30).contains(refused))
            #expect(try machine.snapshot() != before)
        }
    }

    @Test(arguments: ["nr_blocks", "nr_inodes"])
    func `whatever a full disk refuses, nothing has changed`(_ what: String) throws {
        try withPool { machine in
            let before = try machine.snapshot()
            var refused = 0
            for room in 0...60 {
                try machine.leave(room, what)
                let outcome = try machine.command(["pool", "3", "--memory", "1G"])
                guard outcome.status != 0 else { break }
                refused += 1
                #expect(
                    outcome.status == 1 && outcome.error.contains("; nothing has changed"),
                    "\(room) \(what): \(outcome)")
                #expect(try machine.snapshot() == before, "with \(room) \(what): \(outcome)")
            }
            #expect((3...50).contains(refused))
            #expect(machine.running == [1, 2, 3])
            // With less than it takes to grow a pool, one is made smaller or refused, never halved.
            try machine.leave(0, what)
            let full = try machine.snapshot()
            let smaller = try machine.command(["pool", "1"])
            #expect(smaller.status == 1 && machine.running == [1, 2, 3], "\(smaller)")
            #expect(try machine.snapshot() == full)
        }
    }

    @Test func `what could not be taken back is said, and repeating it mends it`() throws {
        try withPool { machine in
            // Both workers are started, then nginx cannot be told, and can no more be told that it was not so.
            let outcome = try machine.command(["pool", "4"], ["FAIL_FROM": "3"])
            #expect(outcome.status == 1, "\(outcome)")
            #expect(outcome.error.contains("it could not all be taken back"))
            #expect(outcome.error.contains("start worker 3, start worker 4, make nginx serve the pool"))
            // nginx may ask them: so they run on.
            #expect(machine.running == [1, 2, 3, 4])
            try machine.must("pool", "4")
            try machine.must("pool", "2")
            #expect(machine.running == [1, 2])
        }
    }

    @Test func `Ctrl-C between two steps takes back what was made`() throws {
        try withPool { machine in
            let before = try machine.snapshot()
            let process = try machine.place.start(
                machine.words(["pool", "4"], ["HOLD_AT": "2"]), log: "interrupted")
            defer { process.destroy() }
            let state = machine.place.folder.file("state")
            try? FileManager.default.removeItem(atPath: "\(state)/calls")
            try eventually("the second worker is being started") {
                FileManager.default.fileExists(atPath: "\(state)/held")
            }
            process.signal(SIGINT)
            try machine.place.folder.write("", to: "state/go")
            #expect(try process.wait() == 130)
            #expect(machine.place.folder.text("interrupted.err").contains("interrupted; nothing has changed"))
            #expect(try machine.snapshot() == before)
        }
    }

    @Test func `a worker beside the pool that does not start leaves the pool alone`() throws {
        try withPool { machine in
            let before = try machine.snapshot()
            let outcome = try machine.command(["pool", "restart"], ["FAIL_AT": "2"])
            #expect(outcome.status == 1, "\(outcome)")
            #expect(outcome.error.contains("worker 0 does not start"))
            #expect(outcome.error.contains("a new worker does not work, so the old ones serve on"))
            #expect(try machine.snapshot() == before)
        }
    }

    @Test func `what nginx refuses changes nothing, and a site of somebody else's stays`() throws {
        try withPool { machine in
            let before = try machine.snapshot()
            let refused = try machine.command([
                "pool", "3", "--certificate", "/nowhere", "--certificate-key", "/nowhere",
            ])
            #expect(
                refused.status == 1 && refused.error.contains("nginx refuses its configuration"), "\(refused)"
            )
            #expect(refused.error.contains("; nothing has changed"))
            #expect(try machine.snapshot() == before)
            try machine.write("# mine\n", to: site)
            let other = try machine.command(["pool", "3"])
            #expect(other.status == 1 && other.error.contains("--replace-site"), "\(other)")
            #expect(try machine.file(site) == "# mine\n" && machine.running == [1, 2])
            try machine.must("pool", "3", "--replace-site")
            #expect(try machine.file(site)?.hasPrefix("# Written by audit-query pool") == true)
        }
    }

    @Test func `two at once do not mix`() throws {
        try withPool { machine in
            let lock = machine.place.folder.file("run/audit-query-pool.lock")
            let holder = try machine.place.start(
                ["flock", lock, "sh", "-c", "echo held; exec tail -f /dev/null"], log: "holder")
            defer { holder.destroy() }
            try eventually("the lock is held") { machine.place.folder.text("holder.out") == "held\n" }
            let outcome = try machine.command(["pool", "3"])
            #expect(outcome.status == 75 && outcome.error.contains("another audit-query pool is at work"))
            #expect(machine.running == [1, 2])
        }
    }

    @Test func `help is there without being installed, and says what may be given`() throws {
        try withWorkplace { place in
            for (command, option) in [("pool", "--memory <size>"), ("setup", "--trial-certificate")] {
                let help = try place.run([Place.program, command, "--help"])
                #expect(help.status == 0 && help.output.contains(option), "\(help)")
                #expect(!help.output.contains("--root"))
            }
            let script = try place.run([Place.program, "--generate-completion-script", "bash"])
            #expect(script.output.contains("--trial-certificate") && script.output.contains("restart"))
        }
    }
}
