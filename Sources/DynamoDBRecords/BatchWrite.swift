internal import AuditStores
internal import AuditRecords
internal import JSONBytes
internal import Threads

/// Writes records (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html).
struct BatchWrite: Sendable {
    /// The most items of one call.
    private static let itemsPerCall = 25
    /// The most bytes of one call's items: DynamoDB takes 16 MB as they are sent, which may be much more than what
    /// is stored.
    static let mostBytesPerCall = 12 << 20
    /// How long a call's items may be throttled before the load gives up; it can be repeated.
    private static let patience = Duration.seconds(300)

    let table: DynamoDBTable
    /// Where records of spread days are; without it, where they would be if those were not spread.
    var plan = ShardPlan()
    let calls: DynamoDBCalls
    /// As many calls are under way at once as there are threads.
    var helpers = HelperThreads(limit: 0)
    var bytesPerCall = mostBytesPerCall

    /// Writes all of the records, each replacing the one of the same key, the last of the same key last.
    func put(_ records: [AuditRecord]) throws(StoreError) {
        let batches = Self.batches(of: records)
        let results = helpers.map(batches.count) { index in
            Result { () throws(StoreError) in try write(batches[index][...]) }
        }
        for result in results { try result.get() }
    }

    /// Removes what is under keys, none of which stands twice among them.
    func remove(_ keys: [RecordKey]) throws(StoreError) {
        let starts = Array(stride(from: 0, to: keys.count, by: Self.itemsPerCall))
        let results = helpers.map(starts.count) { index in
            Result { () throws(StoreError) in
                let batch = keys[starts[index]..<min(starts[index] + Self.itemsPerCall, keys.count)]
                try send(removals(of: batch), count: batch.count)
            }
        }
        for result in results { try result.get() }
    }

    private func removals(of keys: ArraySlice<RecordKey>) -> [UInt8] {
        var requests: [UInt8] = []
        for key in keys {
            requests.append(json: requests.isEmpty ? "[" : ",")
            requests.append(json: "{\"DeleteRequest\":{\"Key\":{\"PK\":")
            requests.append(typedString: SystemDay.text(key, shard: plan.shard(of: key)))
            requests.append(json: ",\"SK\":")
            requests.append(typedString: SortKey.text(key))
            requests.append(json: "}}}")
        }
        requests.append(json: "]")
        return requests
    }

    /// A call may not have a key twice, so only the last record of each key is written.
    private static func batches(of records: [AuditRecord]) -> [[AuditRecord]] {
        var seen: Set<RecordKey> = []
        let last = records.reversed().filter { seen.insert($0.key).inserted }
        return stride(from: 0, to: last.count, by: itemsPerCall).map { start in
            Array(last[start..<min(start + itemsPerCall, last.count)])
        }
    }

    private func write(_ records: ArraySlice<AuditRecord>) throws(StoreError) {
        let requests = try requests(for: records)
        guard requests.count > bytesPerCall, records.count > 1 else {
            return try send(requests, count: records.count)
        }
        let middle = records.startIndex + records.count / 2
        try write(records[..<middle])
        try write(records[middle...])
    }

    /// Sends requests until all of them are done.
    func send(_ all: [UInt8], count: Int) throws(StoreError) {
        var deadline = ContinuousClock.now + Self.patience
        var pause = Pause(until: deadline)
        var requests: [UInt8]? = all
        var count = count
        while let asked = requests {
            do throws(StoreError) {
                let answer = try send(asked, deadline)
                requests = answer.unprocessedItems
                // What gets on, if slowly, may go on.
                if answer.unprocessedCount < count {
                    deadline = .now + Self.patience
                    pause = Pause(until: deadline)
                }
                count = answer.unprocessedCount
            } catch  where error.code == .busy {
                // Throttled as a whole, so nothing of it is written.
            }
            if requests != nil { try pause.wait(after: "DynamoDB throttles what is to be written") }
        }
    }

    private func send(
        _ requests: [UInt8], _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> BatchWriteAnswer {
        var body: [UInt8] = []
        body.append(json: "{\"RequestItems\":{")
        body.append(jsonString: table.name.utf8)
        body.append(json: ":")
        body.append(contentsOf: requests)
        body.append(json: "}}")
        var usage = StoreUsage.none
        return try calls.call(.batchWrite, body, deadline: deadline, usage: &usage) {
            bytes throws(JSONFault) in
            (try BatchWriteAnswer(bytes, table: table.name), 0)
        }
    }

    private func requests(for records: ArraySlice<AuditRecord>) throws(StoreError) -> [UInt8] {
        var requests: [UInt8] = []
        requests.append(json: "[")
        for (index, record) in records.enumerated() {
            if index > 0 { requests.append(json: ",") }
            requests.append(json: "{\"PutRequest\":{\"Item\":")
            do throws(JSONFault) {
                try ItemWriter.append(record, shard: plan.shard(of: record.key), to: &requests)
            } catch {
                throw StoreError(.refused, "a record's attributes cannot be stored: \(error)")
            }
            requests.append(json: "}}")
        }
        requests.append(json: "]")
        return requests
    }
}
