import DynamoDBRecords
import AuditStores
import PostgreSQLRecords
import AWS
import ArgumentParser

/// `audit-query table create`
struct TableCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make the table: in a PostgreSQL database, or for development in DynamoDB.",
        discussion: .help(
            """
            With store.kind: postgresql it makes what is missing of the schema audit_query: the table, its indexes, and the
            roles audit_query_reader, audit_query_writer and audit_query_remover, which an administrator then grants to
            those who log in. It connects as the configuration says, as a role that may make schemas and roles; --sql
            prints the statements instead, for whoever may. What is there already stays, with its records.

            With store.kind: dynamodb it makes a table in the first configured region, for development. The table gets the
            keys and the two indexes that the service reads, billed on demand, and nothing that protects its records: no
            point-in-time recovery, no deletion protection, no replicas. So it is refused where environment is prod:
            production tables come from the CloudFormation template in aws/. Days are spread at once as
            store.dynamodb.shards says, those that have begun too.

            A table of DynamoDB that is there already is left as it is; it is an error (78) if it is laid out otherwise. The command
            ends when the table can be used, some ten seconds later on AWS.

            Examples:
              audit-query table create --config audit-query.yaml
              audit-query table create --sql | sudo -u postgres psql --dbname audit
              AUDIT_QUERY_STORE_DYNAMODB_TABLE=scratch audit-query table create
            """))

    /// AWS takes seconds, or minutes when it is busy.
    private static let patience = Duration.seconds(300)

    @OptionGroup var configurationFile: ConfigurationOption

    @Flag(help: "Print the statements that make PostgreSQL's schema, and make nothing.") var sql = false

    func run() throws {
        guard !sql else { return try Console.output(PostgreSQLSchema.statements) }
        try configurationFile.reporting {
            if case .postgresql(let database) = try configurationFile.settings().store {
                return try Self.make(database)
            }
            let (settings, table) = try configurationFile.table()
            guard settings.environment != .prod else {
                throw SettingsError(
                    description:
                        "environment is prod: make production tables with the template in aws/, which "
                        + "protects their records. Nothing was made")
            }
            guard let (region, administration) = table.regions.first else { return }
            let made: (table: TableDescription, isNew: Bool)
            do throws(AWSError) {
                made = try administration.create(table.layout, deadline: .now + Self.patience)
            } catch {
                throw ExitStatus.exit(error)
            }
            // There is no record that would be looked for elsewhere.
            if made.isNew, !table.shards.isEmpty { try Self.write(table.shards, to: table.tableShards) }
            try Console.output(
                "\(made.isNew ? "Made" : "There is already") \(Self.text(made.table, region))")
            for (other, _) in table.regions.dropFirst() {
                Console.error(
                    "audit-query: warning: no replica was made in \(other): `audit-query table verify` says "
                        + "whether there is one")
            }
        }
    }

    private static func write(_ plan: ShardPlan, to table: TableShards) throws {
        do throws(StoreError) {
            try table.write(plan)
        } catch {
            throw ExitStatus.unavailable.exit(error)
        }
    }

    private static func make(_ database: PostgreSQLSettings) throws {
        let settings = try database.connectionSettings()
        do throws(StoreError) {
            try PostgreSQLSchema.make(settings)
        } catch {
            throw ExitStatus.unavailable.exit(error)
        }
        try Console.output(
            "\(database.place) has the schema audit_query, version \(PostgreSQLSchema.version)")
    }

    private static func text(_ table: TableDescription, _ region: String) -> String {
        let indexes = table.indexes.map { "\($0.name) of \($0.key)" }.joined(separator: " and ")
        let billing = table.billingMode == "PROVISIONED" ? "with provisioned capacity" : "on demand"
        return
            "the table \(table.name) in \(region): key \(table.key), indexes \(indexes), billed \(billing)"
    }
}
