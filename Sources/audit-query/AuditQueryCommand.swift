import ArgumentParser
import Foundation

/// `audit-query`: the worker and the tools around it.
@main
struct AuditQueryCommand: ParsableCommand {
    /// The semantic version; CHANGELOG.md tells what is in it.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "audit-query",
        abstract: "Answers who did what, when, to what from an organisation's audit records.",
        discussion: .help(
            """
            A first look, in an empty folder and without nginx:
              echo 'store: { sqlite: { path: audit.db } }' >audit-query.yaml
              export AUDIT_QUERY_CONFIG=audit-query.yaml
              audit-query demo-data --records 1000 | audit-query load -
              audit-query query --user user-1@example.com --from 2024-01

            Exit codes: 0 all is well; 1 the work was done but something in it is wrong (bad lines, failed checks);
            64 wrong usage; 65 wrong input; 69 the store or server does not answer; 70 a fault of this program;
            74 the output could not be written; 75 another one is at work; 77 not permitted;
            78 wrong configuration; 130 interrupted.
            """),
        version: version,
        subcommands: [
            ServeCommand.self, LoadCommand.self, QueryCommand.self, CountCommand.self, NamesCommand.self,
            ExportCommand.self, FollowCommand.self, ForwardCommand.self,
            KeysCommand.self,
            CopyCommand.self, CheckCommand.self,
            SealCommand.self, VerifyCommand.self, RetainCommand.self, StatusCommand.self,
            LogLevelCommand.self, TableCommand.self,
            DemoDataCommand.self,
            SetupCommand.self, PoolCommand.self,
        ])

    /// Runs the command that the arguments name. What ArgumentParser prints goes through ``Console`` too, so that no
    /// lost line ends with 0.
    static func main() {
        Console.occupyClosedDescriptors()
        var status = outcome { try runNamedCommand() }
        let closing = outcome { try ExitStatus.reporting { try Console.closeOutput() } }
        if status == .success { status = closing }
        if status == .success, Console.isErrorLost { status = ExitCode(ExitStatus.outputLost.rawValue) }
        Foundation.exit(status.rawValue)
    }

    private static func outcome(of body: () throws -> Void) -> ExitCode {
        do {
            try body()
            return .success
        } catch {
            return exitCode(for: error)
        }
    }

    private static func runNamedCommand() throws {
        try ExitStatus.reporting {
            do {
                var command = try parseAsRoot()
                try command.run()
            } catch  where !(error is OutputError) {
                try say(error)
            }
        }
    }

    /// Says what ArgumentParser has to say. Errors of the work are said already: their text is empty. Help that was asked
    /// for is no error.
    private static func say(_ error: any Error) throws {
        let text = fullMessage(for: error)
        if exitCode(for: error) != .success {
            if !text.isEmpty { Console.error(text) }
            throw error
        }
        if !text.isEmpty { try Console.output(text) }
    }
}
