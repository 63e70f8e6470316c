import AWS
import ArgumentParser
import Foundation

/// `audit-query table`: the table in DynamoDB, or in PostgreSQL.
struct TableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Make or verify the table in PostgreSQL or DynamoDB.",
        discussion: .help(
            """
            With store.kind: postgresql, create makes the schema audit_query and needs the rights of a database's owner;
            verify needs a worker's, and says what workers may do that they need not.

            With store.kind: dynamodb these commands need rights that workers do not have: create needs
            dynamodb:CreateTable and dynamodb:DescribeTable, verify needs dynamodb:DescribeTable and
            dynamodb:DescribeContinuousBackups, with --records dynamodb:Scan. Credentials are found where AWS's own tools find them.
            conform tries a server that speaks DynamoDB's API, with a table of its own.
            """),
        subcommands: [TableCreate.self, TableVerify.self, TableMonths.self, TableConform.self])
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
                description:
                    "store.kind is neither postgresql nor dynamodb, so there is no table: set it in the "
                    + "configuration, or AUDIT_QUERY_STORE_KIND=dynamodb")
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
