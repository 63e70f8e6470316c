import ArgumentParser
import Glibc

/// `--root`, for tests: a machine in a folder.
struct HostOption: ParsableArguments {
    @Option(
        name: .customLong("root"),
        help: ArgumentHelp(
            "A folder that stands for the machine's root. (default: the root)", visibility: .private))
    var root = ""

    var host: Host { Host(root: root) }
}

extension ExitStatus {
    /// Runs what changes this host, alone; what it throws becomes one line and an exit status.
    static func changing(_ host: Host, _ body: () throws -> Void) throws {
        umask(0o022)
        try reporting { try host.alone(body) }
    }
}
