import Glibc
import Testing

/// Runs programs. Not Foundation's `Process`: it waits for every descendant, daemons too, and hands
/// other tests' sockets down to them.
enum Command {
    /// Runs a program to its end, without input and output.
    ///
    /// - Returns: Its exit code, nil when it was killed.
    static func run(_ path: String, _ arguments: [String]) throws -> Int32? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, flags) in [
            (STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_WRONLY), (STDERR_FILENO, O_WRONLY),
        ] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", flags, 0)
        }
        // glibc passes over those that are not open.
        for descriptor in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var vector = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for argument in vector { free(argument) } }
        var pid: pid_t = 0
        let spawned = posix_spawn(&pid, path, &actions, nil, &vector, environ)
        try #require(spawned == 0, "\(path): \(String(cString: strerror(spawned)))")
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 { try #require(errno == EINTR) }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : nil
    }
}
