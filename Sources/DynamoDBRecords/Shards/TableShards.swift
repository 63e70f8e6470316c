package import AuditStores
package import AWS
internal import JSONBytes

/// The plan of shards that a table keeps in an item of its own: readers and writers go by it, whatever their configurations say, so
/// that all of them look in the same places.
package struct TableShards: Sendable {
    /// An entry is written down so long before its first day begins, or not at all: by then everybody knows of it.
    package static let notice = Duration.seconds(3600)

    let calls: DynamoDBCalls

    /// The plan of a table in the client's region.
    package init(table: String, client: ServiceClient) {
        self.init(calls: DynamoDBCalls(client: client, table: table))
    }

    init(calls: DynamoDBCalls) { self.calls = calls }

    /// The plan, for whoever may query the table; an empty one where it has none. Costs half a read unit.
    package func plan(deadline: ContinuousClock.Instant) throws(StoreError) -> ShardPlan {
        var body: [UInt8] = []
        body.append(queryOf: ShardPlanItem.partition, in: calls.table)
        body.append(json: "}")
        return try plan(.query, body, deadline)
    }

    /// The plan as it is written now, for whoever may look items up by their keys. Costs a read unit.
    func writtenPlan(deadline: ContinuousClock.Instant) throws(StoreError) -> ShardPlan {
        var body: [UInt8] = []
        body.append(json: "{\"RequestItems\":{")
        body.append(jsonString: calls.table.utf8)
        body.append(json: ":{\"Keys\":[{")
        ShardPlanItem.appendKeys(to: &body)
        body.append(json: "}],\"ConsistentRead\":true}}}")
        return try plan(.batchGet, body, deadline)
    }

    /// Writes a plan in the place of the one that is there.
    package func write(_ plan: ShardPlan) throws(StoreError) {
        var requests: [UInt8] = []
        requests.append(json: "[{\"PutRequest\":{\"Item\":")
        ShardPlanItem.append(plan, to: &requests)
        requests.append(json: "}}]")
        try BatchWrite(table: DynamoDBTable(name: calls.table), calls: calls).send(requests, count: 1)
    }

    private func plan(
        _ operation: DynamoDBCalls.Operation, _ body: [UInt8], _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> ShardPlan {
        var pause = Pause(until: deadline)
        while true {
            var usage = StoreUsage.none
            let answer = try calls.call(operation, body, deadline: deadline, usage: &usage) {
                bytes throws(JSONFault) in
                (try ShardPlanAnswer(bytes, table: calls.table), 0)
            }
            // What was not answered is not known to be nothing.
            if !answer.isUnfinished { return answer.plan }
            try pause.wait(after: "DynamoDB left the plan of shards unprocessed")
        }
    }
}

/// What DynamoDB answers to a Query of the plan's partition, or a BatchGetItem of its item.
private struct ShardPlanAnswer: Sendable {
    private(set) var plan = ShardPlan()
    private(set) var isUnfinished = false

    init(_ body: [UInt8], table: String) throws(JSONFault) {
        var cursor = try JSONCursor(body)
        var hasItems = false
        try cursor.envelope { cursor, name throws(JSONFault) in
            if name.spells("Items") {
                hasItems = true
                plan = try cursor.shardPlanOfItems()
            } else if name.spells("Responses") {
                hasItems = true
                try cursor.tables(table) { cursor throws(JSONFault) in plan = try cursor.shardPlanOfItems() }
            } else if name.spells("UnprocessedKeys") {
                try cursor.tables(table) { cursor throws(JSONFault) in
                    isUnfinished = true
                    _ = try cursor.value()
                }
            } else {
                _ = try cursor.value()
            }
        }
        try cursor.end()
        guard hasItems else { throw JSONFault(offset: body.count, detail: "Items or Responses is missing") }
    }
}

extension JSONCursor {
    /// Passes an array of items, and returns the plan that one of them has.
    fileprivate mutating func shardPlanOfItems() throws(JSONFault) -> ShardPlan {
        var plan = ShardPlan()
        try elements { cursor throws(JSONFault) in
            if let found = try cursor.shardPlan() { plan = found }
        }
        return plan
    }
}
