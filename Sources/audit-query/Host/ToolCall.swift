import Foundation
import Glibc

/// A program of the host's, as it is to be run: with nothing open but its three standard streams, in a process group of its
/// own, so that a Ctrl-C for this program does not cut it short.
struct ToolCall: Sendable {
    /// A name, which is looked for where programs are, or a path.
    let program: String
    let arguments: [String]
    /// What it reads.
    var input = ""
    /// How long it may take before it is killed, with all that it started.
    var limit = Duration.seconds(60)

    /// What messages call it: `systemctl start`.
    var name: String {
        let name = program.split(separator: "/").last.map(String.init) ?? program
        return arguments.first.map { $0.hasPrefix("-") ? name : "\(name) \($0)" } ?? name
    }

    /// Where programs are that only root calls, if its search path does not say so.
    private static let moreFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"]

    /// Runs it to its end.
    func run() -> ToolOutcome {
        guard let path = Self.path(of: program) else {
            return ToolOutcome(status: 127, output: "", error: "\(program) is not installed")
        }
        // In memory, so that a full disk is nothing to them, and none of them waits for the other to be read.
        let streams = (0..<3).map { _ in Self.memory() }
        defer { for descriptor in streams where descriptor >= 0 { close(descriptor) } }
        guard streams.allSatisfy({ $0 >= 0 }), Self.fill(streams[0], input) else {
            return ToolOutcome(
                status: 127, output: "", error: "\(program): no memory: \(String(cString: strerror(errno)))")
        }
        // Where a parent had it ignored, the system would forget how the program ended.
        signal(SIGCHLD, SIG_DFL)
        var identifier = pid_t()
        let result = spawn(path, streams, &identifier)
        guard result == 0 else {
            return ToolOutcome(status: 127, output: "", error: String(cString: strerror(result)))
        }
        let status = wait(for: identifier)
        return ToolOutcome(
            status: status ?? 124, output: Self.text(streams[1]),
            error: status == nil ? "it did not end within \(limit)" : Self.text(streams[2]))
    }

    private func spawn(_ path: String, _ streams: [Int32], _ identifier: inout pid_t) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in streams.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // This program holds signals back while it changes the host: what it starts does not.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var variables = Self.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        return posix_spawn(&identifier, path, &actions, &attributes, &words, &variables)
    }

    /// Its exit status, 128 and the signal's number if it died of one; nil when it was killed for taking too long.
    private func wait(for identifier: pid_t) -> Int32? {
        let deadline = ContinuousClock.now + limit
        var status: Int32 = 0
        while waitpid(identifier, &status, WNOHANG) == 0 {
            guard .now < deadline else {
                kill(-identifier, SIGKILL)
                waitpid(identifier, &status, 0)
                return nil
            }
            usleep(2000)
        }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
    }

    private static var environment: [String: String] {
        var variables = ProcessInfo.processInfo.environment
        // What they say is read here, and shown.
        variables["LC_ALL"] = "C.UTF-8"
        variables["SYSTEMD_PAGER"] = ""
        variables["PATH"] = folders.joined(separator: ":")
        return variables
    }

    private static var folders: [String] {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").map(String.init) + moreFolders
    }

    private static func path(of program: String) -> String? {
        guard !program.contains("/") else { return program }
        return folders.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    /// A file without a name in memory; negative when there is none to be had. (memfd_create is hidden from Swift.)
    private static func memory() -> Int32 {
        let name = "/audit-query-\(UInt64.random(in: .min ... .max))"
        defer { shm_unlink(name) }
        return shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    }

    private static func fill(_ descriptor: Int32, _ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return write(descriptor, bytes, bytes.count) == bytes.count && lseek(descriptor, 0, SEEK_SET) == 0
    }

    /// What was written, a mebibyte of it at most.
    private static func text(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

/// How a program ended and what it said.
struct ToolOutcome: Sendable {
    /// Its exit status; 128 and the number of the signal that it died of; 124 when it took too long, 127 when it could not be
    /// started.
    let status: Int32
    let output: String
    let error: String

    static let done = ToolOutcome(status: 0, output: "", error: "")

    /// Why it failed, in its own words where there are any.
    var complaint: String {
        let words = error.split(separator: "\n").joined(separator: "; ")
        return words.isEmpty ? "exit status \(status)" : words.printable
    }
}
