import AWS
import ArgumentParser
import Foundation

/// `audit-query table`: the table in DynamoDB.
struct TableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Make the DynamoDB table for development, or verify one.",
        discussion: .help(
            """
            These commands are for store.kind: dynamodb, and need rights that workers do not have: create needs
            dynamodb:CreateTable and dynamodb:DescribeTable, verify needs dynamodb:DescribeTable and
            dynamodb:DescribeContinuousBackups, with --records dynamodb:Scan. Credentials are found where AWS's own tools find them.
            """),
        subcommands: [TableCreate.self, TableVerify.self])
}

extension ConfigurationOption {
    /// The settings and the table that they name.
    func table() throws -> (settings: Settings, table: ConfiguredTable) {
        let settings = try settings()
        let variables = ProcessInfo.processInfo.environment
        guard
            let table = try ConfiguredTable(
                settings, variables: variables, log: .standardError(settings))
        else {
            throw SettingsError(
                description: "store.kind is not dynamodb, so there is no table: set it in the configuration, "
                    + "or AUDIT_QUERY_STORE_KIND=dynamodb")
        }
        return (settings, table)
    }
}

extension ExitStatus {
    /// What ends a command that AWS did not do.
    static func exit(_ error: AWSError) -> ExitCode {
        let status: ExitStatus =
            switch error.kind {
            case .denied, .noCredentials, .expiredCredentials: .notPermitted
            case .invalid: .badConfiguration
            case .local: .fault
            default: .unavailable
            }
        return status.exit(error)
    }
}
