internal import class FoundationEssentials.FileManager
internal import Glibc
internal import Threads

/// Runs a program for what it prints.
struct ChildProcess: ~Copyable {
    struct Failure: Error {
        /// What went wrong, without anything that the program printed.
        let reason: String
    }

    private let id: pid_t
    private let output: Int32
    private var hasEnded = false

    /// What a program prints on its standard output, of at most so many bytes, when it ends in time and with
    /// status 0; else it is killed with all that it started. What it prints as errors goes nowhere: it may
    /// hold secrets.
    static func output(
        of words: [String], environment: [String: String], limit: Int, deadline: ContinuousClock.Instant
    ) throws(Failure) -> [UInt8] {
        var process = try ChildProcess(words, environment)
        let bytes = try process.read(limit, deadline)
        try process.wait(deadline)
        return bytes
    }

    private init(_ words: [String], _ environment: [String: String]) throws(Failure) {
        guard let program = words.first else { throw Failure(reason: "there is no command") }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(reason: String(cString: strerror(errno))) }
        defer { close(ends[1]) }
        let result = Self.spawn(
            program, words, environment.map { "\($0.key)=\($0.value)" }, standardOutput: ends[1])
        switch result {
        case .success(let started):
            id = started
            output = ends[0]
        case .failure(let failure):
            close(ends[0])
            throw Failure(reason: "\(program): \(failure.reason)")
        }
    }

    deinit {
        close(output)
        guard !hasEnded else { return }
        // It is the first of a process group of its own.
        kill(-id, SIGKILL)
        while waitpid(id, nil, 0) < 0 && errno == EINTR {}
    }

    private static func spawn(
        _ program: String, _ words: [String], _ variables: [String], standardOutput: Int32
    ) -> Result<pid_t, Failure> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, standardOutput, 1)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // The pipe, and connections, which must not stay open with the child; glibc skips those closed since.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            guard let descriptor = Int32(name), descriptor > 2 else { continue }
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A worker's threads block the signals that it takes, and ignore others: a child starts with none of
        // that.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var arguments = words.map { strdup($0) } + [nil]
        var environment = variables.map { strdup($0) } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var id = pid_t()
        let result = posix_spawnp(&id, program, &actions, &attributes, &arguments, &environment)
        return result == 0 ? .success(id) : .failure(Failure(reason: String(cString: strerror(result))))
    }

    private func read(_ limit: Int, _ deadline: ContinuousClock.Instant) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            var entry = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let left = (deadline - .now) / .milliseconds(1)
            guard left > 0 else { throw Failure(reason: "it did not end in time") }
            guard poll(&entry, 1, Int32(clamping: Int(left) + 1)) > 0 else { continue }
            let count = Glibc.read(output, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Failure(reason: String(cString: strerror(errno))) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw Failure(reason: "it printed more than \(limit) bytes") }
        }
    }

    /// Waits for the end, which comes right after that of the output, if the program is sane.
    private mutating func wait(_ deadline: ContinuousClock.Instant) throws(Failure) {
        var status: Int32 = 0
        while true {
            let result = waitpid(id, &status, WNOHANG)
            if result == id { break }
            // Where SIGCHLD is ignored, the system forgets the status.
            if result < 0, errno == ECHILD { status = 0; break }
            guard .now < deadline else { throw Failure(reason: "it did not end in time") }
            blockThread(for: .milliseconds(1))
        }
        hasEnded = true
        guard status == 0 else {
            let signal = status & 0x7F
            throw Failure(
                reason: signal == 0
                    ? "it ended with status \(status >> 8 & 0xFF)" : "it died of signal \(signal)")
        }
    }
}
