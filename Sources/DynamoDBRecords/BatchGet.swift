internal import AuditStores
internal import AuditRecords
internal import JSONBytes

/// Looks records up by their keys (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html).
struct BatchGet {
    /// 1 to 100.
    let keys: [RecordKey]
    let table: DynamoDBTable
    /// Where records of spread days are looked for; without it they are where they would be if those were not spread.
    var plan = ShardPlan()
    let calls: DynamoDBCalls
    /// Whether it sees all that was written in its region before, which costs twice as much.
    let isConsistent: Bool

    /// What there is under each key. What DynamoDB leaves unprocessed is asked again until the deadline.
    func fetched(budget: Budget) throws(StoreError) -> FetchedRecords {
        var seen: Set<RecordKey> = []
        // DynamoDB refuses a batch that has a key twice, or one that no item can have.
        let wanted = keys.filter { seen.insert($0).inserted && ItemWriter.canBeStored($0) }
        var found = FoundRecords()
        if !wanted.isEmpty { try fetch(wanted[...], budget, &found) }
        return FetchedRecords(records: keys.map { found.records[$0] }, usage: found.usage)
    }

    private struct FoundRecords {
        var records: [RecordKey: AuditRecord] = [:]
        var bytes = 0
        var usage = StoreUsage.none
    }

    /// 16 MB of items, which DynamoDB answers at once, may be seven times as much in its JSON: what is more than
    /// an answer may be is asked for in halves. One item is always less.
    private func fetch(
        _ keys: ArraySlice<RecordKey>, _ budget: Budget, _ found: inout FoundRecords
    ) throws(StoreError) {
        do throws(StoreError) {
            try fetchAtOnce(keys, budget, &found)
        } catch  where error.code == .answerTooLarge && keys.count > 1 {
            let middle = keys.startIndex + keys.count / 2
            try fetch(keys[..<middle], budget, &found)
            try fetch(keys[middle...], budget, &found)
        }
    }

    private func fetchAtOnce(
        _ keys: ArraySlice<RecordKey>, _ budget: Budget, _ found: inout FoundRecords
    ) throws(StoreError) {
        var pause = Pause(until: budget.deadline)
        var count = keys.count
        var asked: [UInt8]? = wanted(keys)
        while let keysAndOptions = asked {
            let room = BodyRoom(calls.bodies)
            let answer = try get(keysAndOptions, budget, room, &found.usage)
            for record in answer.records { found.records[record.key] = record }
            found.bytes += answer.records.byteCount
            guard found.bytes <= budget.bytes else { throw StoreError(tooManyBytes: budget.bytes) }
            room.release()
            asked = answer.unprocessedKeys
            // A batch of large records is answered some at a time, which is no sign of a busy table.
            if answer.unprocessedCount < count { pause.restart() }
            count = answer.unprocessedCount
            if asked != nil { try pause.wait(after: "DynamoDB left keys unprocessed") }
        }
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
            bytes throws(JSONFault) in
            let answer = try BatchGetAnswer(bytes, table: table.name)
            return (answer, answer.consumedCapacity)
        }
    }

    private func wanted(_ keys: ArraySlice<RecordKey>) -> [UInt8] {
        var body: [UInt8] = []
        body.append(json: "{\"Keys\":[")
        for (index, key) in keys.enumerated() {
            if index > 0 { body.append(json: ",") }
            body.append(json: "{\"PK\":")
            body.append(typedString: SystemDay.text(key, shard: plan.shard(of: key)))
            body.append(json: ",\"SK\":")
            body.append(typedString: SortKey.text(key))
            body.append(json: "}")
        }
        body.append(json: isConsistent ? "],\"ConsistentRead\":true}" : "]}")
        return body
    }
}
