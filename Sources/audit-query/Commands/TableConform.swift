import AWS
import ArgumentParser
import DynamoDBRecords
import Foundation
import QueryService

/// `audit-query table conform`
struct TableConform: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conform",
        abstract: "Try whether an endpoint does what this needs of DynamoDB, with a throw-away table.",
        discussion: .help(
            """
            For stores that speak DynamoDB's API: makes a table audit-query-conform-… there, writes some 20 MB, tries what the
            service relies on, says of each thing whether it is right, tolerable (otherwise than DynamoDB, and answers are exact
            all the same) or wrong, and deletes the table, also when it is stopped. No other table is touched. Credentials are
            found where AWS's own tools find them; they need dynamodb:CreateTable, DescribeTable, DeleteTable, PutItem,
            BatchWriteItem, BatchGetItem, Query and Scan, and to try following DescribeStream, GetShardIterator and GetRecords.
            Without --endpoint it asks AWS, where it costs some cents.
            docs/compatible-stores.md has what came of it for stores that are known.

            Exit codes: 0 nothing is wrong; 1 something is; 69 the endpoint does not answer, or no table can be made; 77 not permitted;
            130 interrupted, and the table is deleted.

            Examples:
              audit-query table conform --endpoint http://127.0.0.1:8000
              audit-query table conform --endpoint https://alternator.example:8043 --json
            """))

    @Option(help: ArgumentHelp("Where it is asked. (default: AWS's own)", valueName: "url"))
    var endpoint: String?

    @Option(help: ArgumentHelp("The region that signatures name.", valueName: "name"))
    var region = "us-east-1"

    @Flag(help: "Print JSON.") var json = false

    @OptionGroup var configurationFile: ConfigurationOption

    func validate() throws {
        guard Endpoint.isRegion(region) else {
            throw ValidationError("--region: \(region.printable) is not the name of a region")
        }
        if let endpoint, Endpoint(region: region, url: endpoint) == nil {
            throw ValidationError(
                "--endpoint must be http:// or https://, a host and perhaps a port, not \(endpoint.printable)"
            )
        }
    }

    func run() throws {
        try configurationFile.reporting {
            let name = "audit-query-conform-\(String(UInt64.random(in: .min ... .max), radix: 16))"
            let variables = ProcessInfo.processInfo.environment
            let conformance = TableConformance(
                client: try client(variables), stranger: try client(Self.strangers(variables)),
                streams: try client(variables, ofStreams: true), table: name)
            Interruption.watch {
                try? conformance.delete()
                Console.error("audit-query: interrupted; the table \(name) is deleted")
            }
            var findings: [ConformanceFinding] = []
            let result = Result {
                try conformance.run { finding in
                    findings.append(finding)
                    if !json { try Console.output(Self.line(finding)) }
                }
            }
            do throws(AWSError) {
                try conformance.delete()
            } catch  where !findings.isEmpty {
                Console.error("audit-query: warning: the table \(name) could not be deleted: \(error)")
            } catch {
                // It was not made either, which is told below.
            }
            do {
                try result.get()
            } catch let error as AWSError {
                throw ExitStatus.exit(error)
            }
            try finish(findings)
        }
    }

    private func finish(_ findings: [ConformanceFinding]) throws {
        let isRight = !findings.contains { $0.verdict == .wrong }
        if json {
            let listed = findings.map {
                Verdict.Finding(subject: $0.subject, verdict: $0.verdict.rawValue, text: $0.text)
            }
            try Console.output(json: Verdict(ok: isRight, endpoint: endpoint ?? "AWS", findings: listed))
        }
        if !isRight { throw ExitCode(ExitStatus.partial.rawValue) }
    }

    private func client(
        _ variables: [String: String], ofStreams: Bool = false
    ) throws(SettingsError) -> ServiceClient {
        let settings = try configurationFile.settings()
        let access = try AWSAccess(
            settings.aws, variables: variables, connections: 16,
            instruments: Instruments(log: .standardError(settings)))
        return try access.client(
            "dynamodb", identifier: ofStreams ? "dynamodb_streams" : nil,
            host: ofStreams ? "streams.dynamodb" : nil, regions: [region],
            endpoints: endpoint.map { [$0] } ?? [])
    }

    /// The same environment, with credentials that nobody has.
    private static func strangers(_ variables: [String: String]) -> [String: String] {
        var variables = variables
        for name in ["AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"] { variables[name] = nil }
        variables["AWS_ACCESS_KEY_ID"] = "AKIANOBODYHASTHISONE"
        variables["AWS_SECRET_ACCESS_KEY"] = "nobody-has-this-one"
        return variables
    }

    private static func line(_ finding: ConformanceFinding) -> String {
        let verdict = finding.verdict.rawValue
        return
            "\(verdict)\(String(repeating: " ", count: 10 - verdict.count)) \(finding.subject): \(finding.text)"
            .printable
    }

    private struct Verdict: Encodable {
        struct Finding: Encodable {
            let subject, verdict, text: String
        }

        let ok: Bool
        let endpoint: String
        let findings: [Finding]
    }
}
