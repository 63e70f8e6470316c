import ArgumentParser

/// `audit-query serve`: one worker.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve queries over FastCGI: one worker.",
        discussion: """
            Takes the socket that systemd passes; without one, listens on --socket. nginx is configured to send
            requests there (see nginx/ in the source). SIGTERM finishes the requests in flight and exits;
            SIGHUP reads the keys again (a changed key file is noticed without it).

            Example:
              audit-query serve --config audit-query.yaml --socket /run/audit-query/1.sock
            """)

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(help: ArgumentHelp("Listen here when systemd passes no socket.", valueName: "path"))
    var socket: String?

    func run() throws {
        try ExitStatus.reporting {
            try Worker(settings: try configurationFile.settings(), socketPath: socket).run()
        }
    }
}
