package import Glibc
internal import Synchronization

/// Kills what tests started when the test program itself dies, however it dies: a shell that reads from a
/// pipe which only the test program holds open. It also takes the temporary folder away.
package final class Guardian: Sendable {
    private let pipe: Mutex<Int32?>

    package init(folder: String) throws {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw Failure("no pipe: errno \(errno)") }
        defer { close(ends[0]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let script = """
            live=' '
            while read -r change pid; do
                case $change in
                    +) live="$live$pid " ;;
                    -) live="${live%% $pid *} ${live#* $pid }" ;;
                    done) exit 0 ;;
                esac
            done
            for pid in $live; do kill -s KILL -- "-$pid" 2>/dev/null; done
            rm -rf -- "$1"
            """
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        closeDescriptors(from: 3, &actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own: what ends the test program from a terminal must not end it too.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var arguments = cStrings(["sh", "-c", script, "guardian", folder])
        defer { for pointer in arguments { free(pointer) } }
        var pid: pid_t = 0
        guard posix_spawnp(&pid, "sh", &actions, &attributes, &arguments, environ) == 0 else {
            throw Failure("no sh")
        }
        shellPID = pid
        pipe = Mutex(ends[1])
    }

    private let shellPID: pid_t

    /// From now on this process group dies with the test program.
    package func watch(_ pid: pid_t) { write("+ \(pid)\n") }

    /// It has ended by itself.
    package func forget(_ pid: pid_t) { write("- \(pid)\n") }

    /// Nothing is left to guard.
    package func dismiss() {
        write("done\n")
        pipe.withLock { pipe in
            if let pipe { close(pipe) }
            pipe = nil
        }
        waitpid(shellPID, nil, 0)
    }

    private func write(_ line: String) {
        pipe.withLock { pipe in
            guard let pipe else { return }
            _ = Array(line.utf8).withUnsafeBytes { Glibc.write(pipe, $0.baseAddress, $0.count) }
        }
    }
}
