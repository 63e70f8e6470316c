import ArgumentParser

/// `audit-query`: the worker and the tools around it.
@main
struct AuditQueryCommand: ParsableCommand {
    /// The semantic version; CHANGELOG.md tells what is in it.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "audit-query",
        abstract: "Answers who did what, when, to what from an organisation's audit records.",
        discussion: """
            A first look, without nginx:
              audit-query demo-data --records 1000 | audit-query load --config audit-query.yaml -
              audit-query query --config audit-query.yaml --user alice@example.com

            Exit codes: 0 all is well; 1 the work was done but something in it is wrong (bad lines, failed checks);
            64 wrong usage; 65 wrong input; 69 the store does not answer; 70 a fault of this program;
            75 another one is at work; 77 not permitted; 78 wrong configuration; 130 interrupted.
            """,
        version: version,
        subcommands: [
            ServeCommand.self, LoadCommand.self, QueryCommand.self, KeysCommand.self, CheckCommand.self,
            StatusCommand.self, TableCommand.self, DemoDataCommand.self, SetupCommand.self, PoolCommand.self,
        ])
}
