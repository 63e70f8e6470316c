import ArgumentParser
import AuditQuery
import Foundation

/// `audit-query check`: what is wrong with this installation.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with this installation, line by line.",
        discussion: .help(
            """
            Each line begins with ok, warning or wrong. The exit code is 1 if anything is wrong. A table in DynamoDB is
            looked at as `audit-query table verify` does, as far as the credentials may: with a worker's, that is a
            question to it and two warnings a region.

            Example:
              audit-query check --config /etc/audit-query/audit-query.yaml
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    func run() throws {
        let path = configurationFile.path
        let findings = Installation(path: path, environment: ProcessInfo.processInfo.environment).findings()
        for finding in findings { try Console.output(finding.line(coloured: Console.usesColour)) }
        guard !findings.contains(where: { $0.state == .wrong }) else {
            throw ExitCode(ExitStatus.partial.rawValue)
        }
    }
}
