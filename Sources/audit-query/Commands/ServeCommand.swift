import ArgumentParser
import Foundation
import Heap

/// `audit-query serve`: one worker.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve queries over FastCGI: one worker.",
        discussion: .help(
            """
            Takes the socket that systemd passes; without one, listens on --socket. nginx is configured to send
            requests there (see nginx/ in the source). SIGTERM finishes the requests in flight and exits;
            SIGHUP reads the keys and telemetry.log-level again (a changed key file is noticed without it).
            Beside the socket another one, .status for .sock, shows the worker to `audit-query status`.

            Example:
              audit-query serve --config audit-query.yaml --socket /run/audit-query/1.sock
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(
        help: ArgumentHelp(
            "Listen here when systemd passes no socket. (default: the socket that systemd passes)",
            valueName: "path"))
    var socket: String?

    func run() throws {
        Heap.bound()
        try configurationFile.reporting {
            let settings = try configurationFile.settings()
            let path = configurationFile.path
            let reread: @Sendable () throws -> Settings = {
                try Settings.load(path, environment: ProcessInfo.processInfo.environment)
            }
            try Worker(settings: settings, reread: reread, socketPath: socket).run()
        }
    }
}
