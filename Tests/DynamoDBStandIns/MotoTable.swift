@testable import DynamoDBRecords
import AuditRecords
import AWS
import HTTPClient
import Logging
import TestSupport
import Testing

/// A table of a test's own in moto.
package enum MotoTable {
    private static let http = HTTPClient()

    /// A table, and a client of it.
    struct Made {
        let table: DynamoDBTable
        let client: ServiceClient

        var name: String { table.name }

        /// A store that knows nothing of it yet.
        func store(isForWriting: Bool = false) -> DynamoDBStore {
            DynamoDBStore(table: table, reading: client, writing: client, isForWriting: isForWriting)
        }

        /// Its plan of shards.
        var shards: TableShards { TableShards(table: name, client: client) }

        /// The same, followed without pauses.
        func followed() -> DynamoDBStore {
            DynamoDBStore(
                table: table, reading: client, writing: client,
                stream: StreamAccess(tables: client, streams: client, pace: .unbounded))
        }

        /// Puts an item, in DynamoDB's JSON.
        func put(item: String) throws {
            let body = "{\"TableName\":\"\(name)\",\"Item\":\(item)}"
            _ = try client.perform(
                .json(target: "DynamoDB_20120810", "PutItem", body: Array(body.utf8)),
                deadline: .now + .seconds(60))
        }
    }

    static func make(
        _ name: String, at url: String, systems: [Identifier] = [], indexes: [AttributeIndex] = []
    ) throws -> DynamoDBStore {
        try made(name, at: url, systems: systems, indexes: indexes).store()
    }

    static func made(
        _ name: String, at url: String, systems: [Identifier] = [], indexes: [AttributeIndex] = []
    ) throws -> Made {
        let table = DynamoDBTable(name: name, systems: systems, attributeIndexes: indexes)
        let client = ServiceClient(
            service: "dynamodb", endpoints: [try #require(Endpoint(region: "eu-west-1", url: url))],
            credentials: CredentialSource(
                Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")), http: http,
            timing: ServiceTiming(attempt: .seconds(60)),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        _ = try client.perform(
            .json(
                target: "DynamoDB_20120810", "CreateTable", body: Array(definition(of: table).utf8)),
            deadline: .now + .seconds(60))
        return Made(table: table, client: client)
    }

    /// The body of a CreateTable.
    static func definition(of table: DynamoDBTable) -> String {
        func keys(_ partition: String, _ sort: String) -> String {
            """
            [{"AttributeName": "\(partition)", "KeyType": "HASH"}, {"AttributeName": "\(sort)", "KeyType": "RANGE"}]
            """
        }
        func index(_ name: String, _ partition: String, _ sort: String) -> String {
            """
            {"IndexName": "\(name)", "KeySchema": \(keys(partition, sort)), "Projection": {"ProjectionType": "ALL"}}
            """
        }
        let named = table.attributeIndexes.map { ($0.name, $0.attribute.description) }
        let attributes = (["PK", "SK", "GS1_PK", "GS1_SK", "GSI2_PK", "GSI2_SK"] + named.map(\.1)).map {
            "{\"AttributeName\": \"\($0)\", \"AttributeType\": \"S\"}"
        }
        let others = named.map { ", \(index($0.0, $0.1, "SK"))" }.joined()
        return """
            {"TableName": "\(table.name)", "BillingMode": "PAY_PER_REQUEST", "KeySchema": \(keys("PK", "SK")),
            "AttributeDefinitions": [\(attributes.joined(separator: ", "))],
            "GlobalSecondaryIndexes": [\(index(table.userIndex, "GS1_PK", "GS1_SK")),
            \(index(table.resourceIndex, "GSI2_PK", "GSI2_SK"))\(others)],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}}
            """
    }
}

extension StreamPace {
    /// As fast as it goes, for servers that do not mind.
    static var unbounded: StreamPace {
        var pace = StreamPace()
        pace.interval = .zero
        (pace.burst, pace.rate) = (1_000_000, 1_000_000)
        return pace
    }
}
