/// Looks records up by their keys (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html).
struct BatchGet {
    private let keys: [RecordKey]
    private let table: DynamoDBTable
    private let calls: DynamoDBCalls

    /// A look-up of 1 to 100 keys.
    init(_ keys: [RecordKey], table: DynamoDBTable, calls: DynamoDBCalls) {
        self.keys = keys
        self.table = table
        self.calls = calls
    }

    /// What there is under each key. What DynamoDB leaves unprocessed is asked again until the deadline.
    func fetched(budget: Budget) throws(StoreError) -> FetchedRecords {
        var found: [RecordKey: AuditRecord] = [:]
        var bytes = 0
        var usage = StoreUsage.none
        var pause = Pause(until: budget.deadline)
        var asked: [UInt8]? = wanted
        while let keysAndOptions = asked {
            let room = BodyRoom(calls.bodies)
            let answer = try get(keysAndOptions, budget, room, &usage)
            for record in answer.records { found[record.key] = record }
            bytes += answer.records.byteCount
            guard bytes <= budget.bytes else { throw StoreError(tooManyBytes: budget.bytes) }
            room.release()
            asked = answer.unprocessedKeys
            if asked != nil { try pause.wait(after: "DynamoDB left keys unprocessed") }
        }
        return FetchedRecords(records: keys.map { found[$0] }, usage: usage)
    }

    private func get(
        _ keysAndOptions: [UInt8], _ budget: Budget, _ room: BodyRoom, _ usage: inout StoreUsage
    ) throws(StoreError) -> BatchGetAnswer {
        var body: [UInt8] = []
        body.append(json: "{\"ReturnConsumedCapacity\":\"TOTAL\",\"RequestItems\":{")
        body.append(jsonString: table.name.utf8)
        body.append(json: ":")
        body.append(contentsOf: keysAndOptions)
        body.append(json: "}}")
        return try calls.call(.batchGet, body, deadline: budget.deadline, room: room, usage: &usage) {
            bytes throws(TranscodingError) in
            let answer = try BatchGetAnswer(bytes, table: table.name)
            return (answer, answer.consumedCapacity)
        }
    }

    /// DynamoDB refuses a batch that has a key twice.
    private var wanted: [UInt8] {
        var body: [UInt8] = []
        var seen: Set<RecordKey> = []
        body.append(json: "{\"Keys\":[")
        for key in keys where seen.insert(key).inserted {
            if seen.count > 1 { body.append(json: ",") }
            body.append(json: "{\"PK\":")
            body.append(typedString: SystemDay.text(key))
            body.append(json: ",\"SK\":")
            body.append(typedString: SortKey.text(key))
            body.append(json: "}")
        }
        body.append(json: "]}")
        return body
    }
}
