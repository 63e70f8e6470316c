@testable import DynamoDBRecords
import AWS
import Foundation
import HTTPClient
import Logging
import TestSupport

/// A DynamoDB that answers each request as a test's script says, from the operation and the body, which has to keep
/// DynamoDB's rules.
package enum ScriptedDynamoDB {
    struct Answer: Sendable {
        var status = "200 OK"
        var body: String
    }

    /// Runs a body with a store over it, which knows that no day is spread.
    static func with<Value>(
        _ script: @escaping @Sendable (_ operation: String, _ body: JSON) -> Answer,
        _ body: (DynamoDBStore, ScriptedServer) throws -> Value
    ) throws -> Value {
        try withClient(script) { client, server in
            try body(
                DynamoDBStore(
                    table: DynamoDBTable(), reading: client, writing: client, plan: ShardPlan()), server)
        }
    }

    /// Runs a body with a client of it.
    static func withClient<Value>(
        _ script: @escaping @Sendable (_ operation: String, _ body: JSON) -> Answer,
        _ body: (ServiceClient, ScriptedServer) throws -> Value
    ) throws -> Value {
        let refusals = Faults()
        let value = try withServer(script: { connection in
            while let request = connection.readRequest() {
                let operation =
                    (request.headers["X-Amz-Target"] ?? "").split(separator: ".").last.map(String.init) ?? ""
                if let reason = RequestRules().refusal(of: operation, request.body) { refusals.add(reason) }
                let answer = script(operation, JSON(request.body))
                connection.answer(answer.status, body: Array(answer.body.utf8))
            }
        }) { server in
            let client = ServiceClient(
                service: "dynamodb",
                endpoints: [Endpoint(region: "eu-west-1", url: server.url())].compactMap { $0 },
                credentials: nil, http: HTTPClient(),
                timing: ServiceTiming(attempt: .seconds(60), wait: { _ in }),
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            return try body(client, server)
        }
        guard refusals.all.isEmpty else { throw Failure("DynamoDB would refuse: \(refusals.all)") }
        return value
    }

    /// A body as Foundation reads it.
    struct JSON: @unchecked Sendable {
        // Never changed.
        let object: [String: Any]

        init(_ body: [UInt8]) {
            object = (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
        }

        /// The keys of a BatchGetItem, or the requests of a BatchWriteItem, each as JSON again.
        var elements: [String] {
            let table = (object["RequestItems"] as? [String: Any])?["audit-records"]
            let list = (table as? [String: Any])?["Keys"] ?? table
            return (list as? [Any] ?? []).map(Self.text)
        }

        static func text(_ value: Any) -> String {
            let data = try? JSONSerialization.data(
                withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
            return String(decoding: data ?? Data(), as: UTF8.self)
        }
    }
}

extension ScriptedDynamoDB {
    /// Runs a body with stores that follow a stream, each as another process would.
    static func with<Value>(
        _ model: StreamModel, pace: StreamPace? = nil,
        onFault: @escaping @Sendable (ItemFault) -> Void = { _ in },
        _ body: (_ store: @escaping () -> DynamoDBStore) throws -> Value
    ) throws -> Value {
        try withClient({ operation, request in model.answer(to: operation, request.object) }) { client, _ in
            try body {
                DynamoDBStore(
                    table: DynamoDBTable(), reading: client, writing: client,
                    stream: StreamAccess(
                        tables: client, streams: client, pace: pace ?? model.pace, onFault: onFault))
            }
        }
    }
}
