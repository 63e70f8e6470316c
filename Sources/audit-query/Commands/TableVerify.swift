import ArgumentParser
import Foundation

/// `audit-query table verify`
struct TableVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say what is right and what is wrong with the table, in each configured region.",
        discussion: """
            Looks at status, keys and their types, both indexes and their projections, billing, encryption, deletion
            protection, replicas, point-in-time recovery and the table's own policy, which has to be the same in each
            region. Each line begins with ok, warning or wrong; the exit code is
            1 if anything is wrong. What only protects the records is wrong where environment is prod, and a warning
            elsewhere. What the credentials may not look at is a warning that names the action they lack.

            Examples:
              audit-query table verify --config audit-query.yaml
              audit-query table verify --json | jq -r '.findings[] | select(.state != "ok") | .text'
            """)

    @OptionGroup var configurationFile: ConfigurationOption

    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        try ExitStatus.reporting {
            let findings = try configurationFile.table().table.findings()
            let isRight = !findings.contains { $0.state == .wrong }
            if json {
                try printJSON(Verdict(ok: isRight, findings: findings))
            } else {
                for finding in findings { Console.output(finding.line(coloured: Console.usesColour)) }
            }
            if !isRight { throw ExitCode(ExitStatus.partial.rawValue) }
        }
    }

    private struct Verdict: Encodable {
        let ok: Bool
        let findings: [Finding]
    }

    private func printJSON(_ verdict: Verdict) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        Console.output(Array(try encoder.encode(verdict)) + [UInt8(ascii: "\n")])
    }
}
