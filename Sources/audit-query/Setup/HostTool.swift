import ArgumentParser
import Glibc

/// A script of the Debian package that changes this host. It works with systemctl and nginx, so it is a
/// script, and takes this process's place.
enum HostTool: String {
    case setup, pool

    private static let folder = "/usr/lib/audit-query"

    /// Becomes the script, with these arguments. Returns, by throwing, only where it is not installed.
    func run(_ arguments: [String]) throws -> Never {
        let path = "\(Self.folder)/\(rawValue)"
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        execv(path, words)
        let reason = String(cString: strerror(errno))
        throw ExitStatus.unavailable.exit("\(path): \(reason): it comes with the Debian package audit-query")
    }
}

/// `audit-query setup`: the first steps on a server.
struct SetupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup",
        abstract: "Set this server up: configuration, store, certificate, first key, workers.",
        discussion: .help(
            """
            On a terminal it asks for what is not given; `audit-query setup --help` lists the options.

            Example:
              audit-query setup --store dynamodb --region eu-west-1 \\
                --certificate /etc/ssl/audit.pem --certificate-key /etc/ssl/private/audit.pem
            """))

    @Argument(parsing: .captureForPassthrough, help: "Options of the setup.") var arguments: [String] = []

    func run() throws { try HostTool.setup.run(arguments) }
}

/// `audit-query pool`: the workers of this server.
struct PoolCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool",
        abstract: "Set how many workers this server has, or replace them one by one.",
        discussion: .help(
            """
            `audit-query pool --help` lists the options.

            Examples:
              audit-query pool 4 --memory 1G
              audit-query pool restart
            """))

    @Argument(parsing: .captureForPassthrough, help: "How many workers, restart, stop or status; options.")
    var arguments: [String] = []

    func run() throws { try HostTool.pool.run(arguments) }
}
