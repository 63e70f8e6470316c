import ArgumentParser
import Foundation

/// `audit-query check`: what is wrong with this installation.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with this installation, line by line.",
        discussion: .help(
            """
            Each line begins with ok, warning or wrong. The exit code is 1 if anything is wrong: then somebody has to act.
            A table in DynamoDB is looked at as `audit-query table verify` does, as far as the credentials may: with a
            worker's, that is a question to it and two warnings a region.

            The embedded store's pages are looked through for ten seconds at most. With --thorough each record is looked at too,
            for as long as that takes: whether it can be answered, and whether every index leads to it. A million records
            take 5 seconds, 9 with three indexes of attributes, and a minute with the index of words.
            nginx's configuration is tried by root only, since it names private keys.

            With --configuration the configuration alone is read and judged: nothing that it names is opened, and nobody
            is asked. With --json the same is printed for programs (docs/operations.md has its members).

            Examples:
              audit-query check --config /etc/audit-query/audit-query.yaml
              audit-query check --json |
                jq -r '.findings[] | select(.state == "wrong") | .text'
              audit-query check --configuration --json | jq -r .configuration.store.path
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Flag(name: .customLong("configuration"), help: "Look at the configuration only.")
    var onlyConfiguration = false

    @Flag(help: "Look at each record of the embedded store, however long that takes.") var thorough = false

    @Flag(help: "Print JSON.") var json = false

    @OptionGroup var hostOption: HostOption

    func run() throws {
        let report = report()
        if json {
            try Console.output(json: report)
        } else {
            for finding in report.findings { try Console.output(finding.line(coloured: Console.usesColour)) }
        }
        guard report.ok else { throw ExitCode(ExitStatus.partial.rawValue) }
    }

    private func report() -> CheckReport {
        let variables = ProcessInfo.processInfo.environment
        let path = configurationFile.path
        guard onlyConfiguration else {
            return Installation(
                path: path, environment: variables, host: hostOption.host,
                storeLimit: thorough ? nil : .seconds(10)
            ).report()
        }
        let look = ConfigurationInspection(path: path, environment: variables)
        return CheckReport(configuration: look.configured, findings: look.findings)
    }
}
