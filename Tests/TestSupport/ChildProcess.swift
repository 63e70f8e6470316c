internal import Foundation
package import Glibc
internal import Synchronization

/// A process of the test's: in a process group of its own, with no descriptor but those it is given, and
/// known to the guardian until it has ended.
///
/// Not Foundation's Process: that passes no third descriptor, and starts no group that can be killed as one.
package final class ChildProcess: Sendable {
    /// Where its standard streams lead.
    package struct Streams {
        package var input: Int32?
        package var outputPath: String
        package var errorPath: String
        /// Becomes descriptor 3.
        package var third: Int32?

        package init(
            input: Int32? = nil, outputPath: String = "/dev/null", errorPath: String = "/dev/null",
            third: Int32? = nil
        ) {
            self.input = input
            self.outputPath = outputPath
            self.errorPath = errorPath
            self.third = third
        }
    }

    package let pid: pid_t
    package let name: String
    /// The exit status (128 + signal for a killed one), once it has ended.
    private let state = Mutex<Int32?>(nil)
    private let guardian: Guardian

    package init(
        _ arguments: [String], environment: [String: String], streams: Streams, guardian: Guardian
    ) throws {
        name = arguments.joined(separator: " ")
        self.guardian = guardian
        pid = try Self.spawn(arguments, environment, streams)
        guardian.watch(pid)
        Thread.detachNewThread { [self] in reap() }
    }

    /// The exit status; nil while it runs.
    package var status: Int32? { state.withLock { $0 } }

    /// Sends it a signal, unless it has ended.
    package func signal(_ number: Int32) {
        state.withLock { status in if status == nil { kill(pid, number) } }
    }

    /// Waits for its end.
    @discardableResult
    package func wait(within limit: Duration = .seconds(60)) throws -> Int32 {
        try eventually("the end of \(name)", within: limit) { status }
    }

    /// Ends it and all that it started, whatever they do.
    package func destroy() {
        state.withLock { status in if status == nil { _ = kill(-pid, SIGKILL) } }
        _ = try? wait(within: .seconds(10))
    }

    private func reap() {
        var information = siginfo_t()
        // Waits without reaping: until the lock is held, the number must not go to another process.
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        state.withLock { state in
            // What it left behind in its group ends with it.
            kill(-pid, SIGKILL)
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            guardian.forget(pid)
            state = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
        }
    }

    private static func spawn(
        _ arguments: [String], _ environment: [String: String], _ streams: Streams
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input = streams.input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        if let third = streams.third { posix_spawn_file_actions_adddup2(&actions, third, 3) }
        let writing = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 1, streams.outputPath, writing, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, streams.errorPath, writing, 0o600)
        closeDescriptors(from: streams.third == nil ? 3 : 4, &actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var ignored = sigset_t()
        sigemptyset(&ignored)
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&ignored, number) }
        posix_spawnattr_setsigdefault(&attributes, &ignored)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var argv = cStrings(arguments)
        var envp = cStrings(environment.map { "\($0)=\($1)" })
        defer { for pointer in argv + envp { free(pointer) } }
        var pid: pid_t = 0
        guard let path = Place.path(of: arguments[0]) else {
            throw Failure("\(arguments[0]) is not installed")
        }
        let result = posix_spawn(&pid, path, &actions, &attributes, &argv, &envp)
        guard result == 0 else {
            throw Failure("cannot start \(arguments[0]): \(String(cString: strerror(result)))")
        }
        return pid
    }
}

/// Keeps what else the test program has open from the new process: a listening socket or a pipe of another
/// test would stay open with it. glibc has had this since 2.34; Swift does not see it.
package func closeDescriptors(from first: Int32, _ actions: inout posix_spawn_file_actions_t) {
    typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
    guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
    _ = unsafeBitCast(symbol, to: CloseFrom.self)(&actions, first)
}

/// Copies of texts as exec wants them, with a null at the end. To be freed one by one.
package func cStrings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { strdup($0) } + [nil]
}
