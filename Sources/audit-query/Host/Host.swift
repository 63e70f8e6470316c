import Files
import Foundation
import Glibc

/// The machine that `setup` and `pool` change and `check` looks at: where its files are, how its programs are run, and
/// whether somebody wants this to end. A value, so that tests have a machine in a folder of their own.
struct Host: Sendable {
    /// What stands before every path of the machine's: nothing, or a folder.
    var root = ""
    /// Runs a program to its end.
    var run: @Sendable (ToolCall) -> ToolOutcome = { $0.run() }
    /// Waits.
    var pause: @Sendable (Duration) -> Void = { Thread.sleep(forTimeInterval: $0 / .seconds(1)) }
    /// Has Ctrl-C and SIGTERM wait until somebody looks for them.
    var holdSignals: @Sendable () -> Void = HeldSignals.hold
    /// Whether one of them came since.
    var isInterrupted: @Sendable () -> Bool = { HeldSignals.arePending }

    /// Where the program's own scripts and templates are.
    static let library = "/usr/lib/audit-query"

    /// Where a file of the machine's is.
    func path(_ path: String) -> String { root + path }

    /// Whether something stands at a path of the machine's, be it a link to nothing.
    func has(_ path: String) -> Bool { ReplacedFile.isThere(self.path(path)) }

    /// Runs a program.
    ///
    /// - Throws: what it said when it ends with another status than 0.
    @discardableResult
    func output(
        _ program: String, _ arguments: [String], within limit: Duration = .seconds(60)
    ) throws(HostError) -> String {
        let call = ToolCall(program: program, arguments: arguments, limit: limit)
        let outcome = run(call)
        guard outcome.status == 0 else { throw HostError("\(call.name): \(outcome.complaint)") }
        return outcome.output
    }

    /// A script of the program's own, as it is called.
    func script(_ name: String) -> String { path("\(Self.library)/\(name)") }

    /// The text of a small file of the machine's, or of another at the path that it has here.
    func text(at place: String) throws(HostError) -> String {
        do throws(FileError) {
            return try textFile(place)
        } catch {
            throw HostError(error.description)
        }
    }

    /// Throws unless this process may change the machine.
    func checkRights(_ command: String) throws(HostError) {
        guard !root.isEmpty || geteuid() == 0 else {
            throw HostError("only root may do this: sudo audit-query \(command) ...", .notPermitted)
        }
        guard has("/run/systemd/system") else { throw HostError("systemd does not run here") }
    }

    /// Runs `body` while no other `pool` or `setup` changes this machine.
    func alone(_ body: () throws -> Void) throws {
        let lock = path("/run/audit-query-pool.lock")
        let descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw HostError.system(lock) }
        // Closing gives the lock back.
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw HostError("another audit-query pool is at work: wait for it", .busy)
        }
        try body()
    }
}
