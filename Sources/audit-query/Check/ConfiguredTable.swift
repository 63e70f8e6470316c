import AuditRecords
import AuditStores
import DynamoDBRecords
import AWS
import QueryService
import Logging

/// The table of the configuration, as each configured region is asked about it.
struct ConfiguredTable {
    let layout: TableLayout
    /// In the order of the configuration.
    let regions: [(name: String, administration: TableAdministration)]
    private let systems: [Identifier]
    private let attributeIndexes: [AttributeIndex]
    /// Over how many partitions days are to be spread.
    let shards: ShardPlan
    private let clients: [ServiceClient]
    private let environment: Settings.Environment

    /// How long a region may take for a look.
    private static let patience = Duration.seconds(10)

    /// Nil when the records are not in DynamoDB.
    init?(_ settings: Settings, variables: [String: String], log: Logger) throws(SettingsError) {
        guard case .dynamodb(let table, let regions, let endpoints) = settings.store else { return nil }
        let aws = try AWSAccess(
            settings.aws, variables: variables, connections: Self.mostSegments,
            instruments: Instruments(log: log))
        layout = .auditRecords(
            table: table.name, userIndex: table.userIndex, resourceIndex: table.resourceIndex,
            attributeIndexes: table.attributeIndexes)
        systems = table.systems
        attributeIndexes = table.attributeIndexes
        shards = table.shards
        environment = settings.environment
        var asked: [(String, TableAdministration)] = []
        var clients: [ServiceClient] = []
        for (index, region) in regions.enumerated() {
            // One client a region: none may be answered for by another.
            let client = try aws.client(
                "dynamodb", regions: [region], endpoints: endpoints.isEmpty ? [] : [endpoints[index]])
            asked.append((region, TableAdministration(client)))
            clients.append(client)
        }
        self.regions = asked
        self.clients = clients
    }

    /// The most segments of a scan that are read at once.
    static let mostSegments = 64

    /// The list of the systems of which there are records, in the first region.
    var systemList: SystemList { SystemList(table: layout.table, client: clients[0]) }

    /// Whether the configuration names the systems.
    var namesSystems: Bool { !systems.isEmpty }

    /// The plan of shards that the table has, in the first region.
    var tableShards: TableShards { TableShards(table: layout.table, client: clients[0]) }

    /// A look at every item, in the first region; where a plan of shards is named, whether each is where it has it.
    func scan(plan: ShardPlan?, segments: Int, rate: Int) -> TableScan {
        TableScan(
            table: layout.table, systems: systems, indexes: attributeIndexes, plan: plan, client: clients[0],
            segments: segments, rate: rate)
    }

    /// Everything that is right, doubtful or wrong about it, region by region.
    func findings() -> [Finding] {
        var policies = PolicyComparison()
        return regions.enumerated().flatMap { index, asked in
            let (region, administration) = asked
            let inspection = TableInspection(
                layout: layout, region: region, regions: regions.map(\.name), environment: environment)
            return description(administration, inspection, index, &policies)
        }
    }

    private func description(
        _ administration: TableAdministration, _ inspection: TableInspection, _ index: Int,
        _ policies: inout PolicyComparison
    ) -> [Finding] {
        do throws(AWSError) {
            let table = try administration.describe(layout.table, deadline: .now + Self.patience)
            let policy = table.arn.map { arn in
                policies.finding(inspection) { () throws(AWSError) in
                    try administration.resourcePolicy(of: arn, deadline: .now + Self.patience)
                }
            }
            let recovery = recovery(
                administration, inspection, mayHaveNone: table.isDeletionProtected == nil)
            return inspection.findings(of: table) + [recovery]
                + [policy].compactMap { $0 } + shardFindings(index, inspection)
        } catch {
            let finding = inspection.finding(
                of: error, seeking: "keys, indexes, billing, encryption, protection and replicas were",
                action: "dynamodb:DescribeTable")
            // Only a lack of rights says nothing about the next look.
            return [finding]
                + (finding.state == .warning
                    ? [recovery(administration, inspection, mayHaveNone: false)] : [])
        }
    }

    private func shardFindings(_ index: Int, _ inspection: TableInspection) -> [Finding] {
        let kept = TableShards(table: layout.table, client: clients[index])
        let plan = Result { () throws(StoreError) in
            try kept.plan(deadline: .now + Self.patience)
        }
        // A replica's plan may be a moment behind.
        return ShardInspection(wishes: index == 0 ? shards : ShardPlan(), now: TimeSource.system.wall())
            .findings(of: plan).map { inspection.line($0, $1) }
    }

    private func recovery(
        _ administration: TableAdministration, _ inspection: TableInspection, mayHaveNone: Bool
    ) -> Finding {
        do throws(AWSError) {
            return inspection.finding(
                of: try administration.pointInTimeRecovery(
                    of: layout.table, deadline: .now + Self.patience), mayHaveNone: mayHaveNone)
        } catch {
            guard error.code != "UnknownOperationException" else { return inspection.hasNoRecovery }
            return inspection.finding(
                of: error, seeking: "point-in-time recovery was", action: "dynamodb:DescribeContinuousBackups"
            )
        }
    }
}
