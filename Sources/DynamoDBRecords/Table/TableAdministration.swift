package import AWS
internal import FoundationEssentials
internal import Threads

/// Makes and describes tables of DynamoDB. Each call needs the right of its own name, which workers do not have.
package struct TableAdministration: Sendable {
    private let service: ServiceClient
    private let wait: @Sendable (Duration) -> Void

    /// Administration through a client of the service `dynamodb` and of one region: of several, another one
    /// might answer than is meant.
    package init(_ service: ServiceClient, wait: @escaping @Sendable (Duration) -> Void = blockThread(for:)) {
        self.service = service
        self.wait = wait
    }

    /// Makes a table, billed on demand, and waits until it and its indexes can be used: some ten seconds on
    /// AWS. A table that is there already is left as it is.
    ///
    /// - Returns: What there is then, and whether this call made it.
    /// - Throws: `invalid` when a table of that name is laid out otherwise.
    package func create(
        _ layout: TableLayout, deadline: ContinuousClock.Instant
    ) throws(AWSError) -> (table: TableDescription, isNew: Bool) {
        let (table, isNew) = try make(layout, deadline: deadline)
        let differences = layout.differences(of: table)
        guard differences.isEmpty else {
            throw AWSError(
                .invalid,
                "the table \(layout.table) is there already, and \(differences.joined(separator: ", "))",
                operation: "CreateTable")
        }
        return (table, isNew)
    }

    /// The same, whatever is said of the table's layout then.
    func make(
        _ layout: TableLayout, deadline: ContinuousClock.Instant
    ) throws(AWSError) -> (table: TableDescription, isNew: Bool) {
        var isNew = true
        do throws(AWSError) {
            let body = try encoded(NewTable(layout), "CreateTable")
            _ = try service.perform(request("CreateTable", body), deadline: deadline)
        } catch {
            guard error.code == "ResourceInUseException" else { throw error }
            isNew = false
        }
        return (try usable(layout.table, isNew: isNew, deadline), isNew)
    }

    /// What a table is like in this region. Needs `dynamodb:DescribeTable`.
    package func describe(
        _ table: String, deadline: ContinuousClock.Instant
    ) throws(AWSError) -> TableDescription {
        struct Answer: Decodable { let Table: TableDescription }
        return try ask("DescribeTable", ["TableName": table], Answer.self, deadline).Table
    }

    /// Whether a table can be restored to a point in time. Needs `dynamodb:DescribeContinuousBackups`.
    package func pointInTimeRecovery(
        of table: String, deadline: ContinuousClock.Instant
    ) throws(AWSError) -> PointInTimeRecovery {
        struct Backups: Decodable { let PointInTimeRecoveryDescription: PointInTimeRecovery? }
        struct Answer: Decodable { let ContinuousBackupsDescription: Backups }
        return try ask("DescribeContinuousBackups", ["TableName": table], Answer.self, deadline)
            .ContinuousBackupsDescription.PointInTimeRecoveryDescription
            ?? PointInTimeRecovery(isEnabled: false, days: nil)
    }

    /// The policy that a table, given by its ARN, has of its own in this region; nil for none. Needs
    /// `dynamodb:GetResourcePolicy`.
    package func resourcePolicy(
        of arn: String, deadline: ContinuousClock.Instant
    ) throws(AWSError) -> ResourcePolicy? {
        struct Answer: Decodable { let Policy: String }
        do throws(AWSError) {
            let answer = try ask("GetResourcePolicy", ["ResourceArn": arn], Answer.self, deadline)
            guard let policy = ResourcePolicy(answer.Policy) else {
                throw AWSError(
                    .server, "the policy of \(arn) cannot be read", operation: "GetResourcePolicy")
            }
            return policy
        } catch {
            guard error.code == "PolicyNotFoundException" else { throw error }
            return nil
        }
    }

    /// The table when it and its indexes are active.
    private func usable(
        _ name: String, isNew: Bool, _ deadline: ContinuousClock.Instant
    ) throws(AWSError) -> TableDescription {
        var pause = Duration.milliseconds(100)
        while true {
            var status = "not there yet"
            do throws(AWSError) {
                let table = try describe(name, deadline: deadline)
                if table.isUsable { return table }
                guard table.willBeUsable else {
                    throw AWSError(
                        .invalid, "the table \(name) is \(table.status)", operation: "DescribeTable")
                }
                status = table.status
            } catch {
                // DescribeTable may not see at once what CreateTable has begun.
                guard error.kind == .notFound, isNew else { throw error }
            }
            guard .now + pause < deadline else {
                throw AWSError(.deadline, "the table \(name) is \(status)", operation: "DescribeTable")
            }
            wait(pause)
            pause = min(pause * 2, .seconds(2))
        }
    }

    private func ask<Answer: Decodable>(
        _ operation: String, _ parameters: [String: String], _ type: Answer.Type,
        _ deadline: ContinuousClock.Instant
    ) throws(AWSError) -> Answer {
        let body = try encoded(parameters, operation)
        let answer = try service.perform(request(operation, body), deadline: deadline)
        guard let value = try? JSONDecoder().decode(type, from: Data(answer.body)) else {
            throw AWSError(
                .server, "the answer from \(answer.region) describes no table", operation: operation)
        }
        return value
    }

    private func request(_ operation: String, _ body: [UInt8]) -> ServiceRequest {
        .json(target: "DynamoDB_20120810", operation, body: body)
    }

    private func encoded(_ value: some Encodable, _ operation: String) throws(AWSError) -> [UInt8] {
        guard let body = try? JSONEncoder().encode(value) else {
            throw AWSError(.local, "the table's name cannot be written as JSON", operation: operation)
        }
        return Array(body)
    }
}

extension TableDescription {
    fileprivate var isUsable: Bool { status == "ACTIVE" && indexes.allSatisfy { $0.status == "ACTIVE" } }

    /// Others, such as DELETING and ARCHIVED, do not end in ACTIVE.
    fileprivate var willBeUsable: Bool { ["ACTIVE", "CREATING", "UPDATING"].contains(status) }
}
