import AWS
import HTTPClient
import Logging
import Synchronization
import TestSupport
import Testing
@testable import DynamoDBRecords

/// A stand-in for DynamoDB that gives one answer after the other, the last one for ever.
struct TableService {
    struct Reply {
        var status = "200 OK"
        let body: String

        static func error(_ code: String) -> Reply {
            Reply(
                status: "400 Bad Request", body: "{\"__type\": \"com.amazonaws.dynamodb.v20120810#\(code)\"}")
        }

        static func table(_ description: String) -> Reply { Reply(body: "{\"Table\": \(description)}") }
    }

    let server: ScriptedServer
    /// The pauses that were made; none takes time.
    let pauses: Recorder
    let administration: TableAdministration

    /// The operations that were called, in order.
    var operations: [String] {
        server.requests.map { request in
            request.headers["X-Amz-Target"]?.split(separator: ".").last.map(String.init) ?? ""
        }
    }

    final class Recorder: Sendable {
        private let durations = Mutex<[Duration]>([])
        var all: [Duration] { durations.withLock { $0 } }
        func add(_ duration: Duration) { durations.withLock { $0.append(duration) } }
    }

    /// Runs a body beside such a service.
    static func with(_ replies: [Reply], _ body: (TableService) throws -> Void) throws {
        let rest = Mutex(replies)
        try withServer(script: { connection in
            while connection.readRequest() != nil {
                let reply = rest.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
                connection.answer(reply.status, body: Array(reply.body.utf8))
            }
        }) { server in
            let pauses = Recorder()
            try body(
                TableService(
                    server: server, pauses: pauses,
                    administration: .client(of: server.url(), wait: { pauses.add($0) })))
        }
    }

    /// The table of audit records as DescribeTable shows it.
    static func description(status: String = "ACTIVE", indexStatus: String = "ACTIVE") -> String {
        func keys(_ partition: String, _ sort: String) -> String {
            """
            [{"AttributeName": "\(sort)", "KeyType": "RANGE"}, {"AttributeName": "\(partition)", "KeyType": "HASH"}]
            """
        }
        func index(_ name: String, _ partition: String, _ sort: String) -> String {
            """
            {"IndexName": "\(name)", "IndexStatus": "\(indexStatus)", "KeySchema": \(keys(partition, sort)),
             "Projection": {"ProjectionType": "ALL"}, "ItemCount": 5}
            """
        }
        let attributes = ["PK", "SK", "GS1_PK", "GS1_SK", "GSI2_PK", "GSI2_SK"].map {
            "{\"AttributeName\": \"\($0)\", \"AttributeType\": \"S\"}"
        }
        return """
            {"TableName": "audit-records", "TableStatus": "\(status)", "KeySchema": \(keys("PK", "SK")),
             "AttributeDefinitions": [\(attributes.joined(separator: ", "))],
             "GlobalSecondaryIndexes": [\(index("GSI2", "GSI2_PK", "GSI2_SK")), \(index("GSI1", "GS1_PK", "GS1_SK"))]}
            """
    }
}

extension TableAdministration {
    /// Administration of what answers at a URL.
    static func client(
        of url: String, wait: @escaping @Sendable (Duration) -> Void
    ) throws -> TableAdministration {
        let client = ServiceClient(
            service: "dynamodb", endpoints: [try #require(Endpoint(region: "eu-west-1", url: url))],
            credentials: CredentialSource(Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "s")),
            http: HTTPClient(), timing: ServiceTiming(attempt: .seconds(20), wait: { _ in }),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return TableAdministration(client, wait: wait)
    }
}
