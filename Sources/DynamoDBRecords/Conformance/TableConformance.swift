package import AWS
internal import AuditStores

/// What an endpoint that speaks DynamoDB's API was found to do.
package struct ConformanceFinding: Sendable, Equatable {
    /// What that means for the service.
    package enum Verdict: String, Sendable {
        /// As DynamoDB does it.
        case right
        /// Otherwise, and answers are exact all the same.
        case tolerable
        /// Answers would be wrong or missing, or loads fail.
        case wrong
    }

    /// What was tried.
    package let subject: String
    /// What came of it.
    package let verdict: Verdict
    /// What was seen, and where it is not right, what follows from it.
    package let text: String

    init(_ subject: String, _ verdict: Verdict, _ text: String) {
        (self.subject, self.verdict, self.text) = (subject, verdict, text)
    }
}

/// Tries with a throw-away table whether an endpoint does what the service needs of DynamoDB.
///
/// Costs some 60 MB of writes and reads, and on AWS the table's making, some ten seconds.
package struct TableConformance: Sendable {
    let client: ServiceClient
    /// The same endpoint, asked with credentials that nobody has.
    let stranger: ServiceClient
    /// Its streams.
    let streams: ServiceClient
    let table: String

    /// A trial of the endpoint that all clients ask, `streams` for those of its tables, in a table that is nobody's.
    package init(client: ServiceClient, stranger: ServiceClient, streams: ServiceClient, table: String) {
        (self.client, self.stranger, self.streams, self.table) = (client, stranger, streams, table)
    }

    /// How long one thing may take.
    static let patience = Duration.seconds(60)

    private static let trials:
        [(subject: String, run: @Sendable (TableConformance) throws -> ConformanceFinding)] = [
            ("order of keys", { try $0.order() }),
            ("indexes with equal sort keys", { try $0.indexes() }),
            ("filters", { try $0.filters() }),
            ("attributes", { try $0.attributes() }),
            ("reading what was written", { try $0.consistency() }),
            ("pages of 1 MB", { try $0.largePages() }),
            ("unprocessed keys", { try $0.unprocessedKeys() }),
            ("pages that a filter empties", { try $0.emptyPages() }),
            ("limits of items and batches", { try $0.limits() }),
            ("form of errors", { try $0.errors() }),
            ("scans in segments", { try $0.scans() }),
            ("deletion", { try $0.deletion() }),
            ("signatures", { try $0.signatures() }),
            ("capacity", { try $0.capacity() }),
            ("checksums", { try $0.checksums() }),
            ("point-in-time recovery", { try $0.recovery() }),
            ("following", { try $0.following() }),
        ]

    /// Makes the table, and tells of each thing that is tried what came of it. The table stays: ``delete()`` takes it away.
    ///
    /// - Throws: where the table cannot be made, or what `tell` throws.
    package func run(_ tell: (ConformanceFinding) throws -> Void) throws {
        try tell(layout(of: try made().table))
        try fill()
        for trial in Self.trials {
            do {
                try tell(try trial.run(self))
            } catch let error as StoreError {
                try tell(ConformanceFinding(trial.subject, .wrong, "\(error)"))
            } catch let error as AWSError {
                try tell(ConformanceFinding(trial.subject, .wrong, "\(error)"))
            }
        }
    }

    private func made() throws(AWSError) -> (table: TableDescription, isNew: Bool) {
        try TableAdministration(client).make(
            .auditRecords(table: table), deadline: .now + .seconds(300))
    }

    private func layout(of description: TableDescription) -> ConformanceFinding {
        let differences = TableLayout.auditRecords(table: table).differences(of: description)
        guard !differences.isEmpty else {
            return ConformanceFinding("layout", .right, "the table is described as it was made")
        }
        return ConformanceFinding(
            "layout", .tolerable,
            "DescribeTable says otherwise than it was made, and `audit-query table verify` will: "
                + differences.joined(separator: ", "))
    }

    private func fill() throws(StoreError) { try store.put(ConformanceRecords.all) }

    /// Takes the table away. Safe to be called from any thread, and twice.
    package func delete() throws(AWSError) {
        do throws(AWSError) {
            _ = try call("DeleteTable", "{\"TableName\":\"\(table)\"}")
        } catch {
            guard error.kind != .notFound else { return }
            throw error
        }
    }

    /// The table as the service reads and writes it.
    var store: DynamoDBStore { store(followedBy: nil) }

    func store(followedBy stream: StreamAccess?) -> DynamoDBStore {
        DynamoDBStore(
            table: DynamoDBTable(
                name: table, userIndex: "GSI1", resourceIndex: "GSI2", systems: [], attributeIndexes: []),
            reading: client, writing: client, stream: stream, plan: ShardPlan())
    }

    /// Calls an operation with a body.
    func call(_ operation: String, _ body: String, by other: ServiceClient? = nil) throws(AWSError)
        -> ServiceAnswer
    {
        try (other ?? client).perform(
            .json(target: "DynamoDB_20120810", operation, body: Array(body.utf8)),
            deadline: .now + Self.patience)
    }
}
