internal import AuditStores
internal import AuditRecords
internal import JSONBytes

/// One read of a partition: as many Queries as it takes.
struct QueryRun {
    /// Sends one Query for so many items after a key.
    typealias Ask = (_ limit: Int, _ startKey: [UInt8]?, inout StoreUsage) throws(StoreError) -> QueryAnswer

    private let read: PartitionRead
    private let keys: SortKeyRange
    private let isFiltered: Bool
    private let ask: Ask
    /// What an answer takes until its records are sorted.
    private let room: BodyRoom?
    /// What is asked, where somebody wants it explained.
    private let access: StoreAccess?

    init(
        _ read: PartitionRead, _ keys: SortKeyRange, isFiltered: Bool, room: BodyRoom? = nil,
        access: StoreAccess? = nil, ask: @escaping Ask
    ) {
        self.room = room
        self.access = access
        self.read = read
        self.keys = keys
        self.isFiltered = isFiltered
        self.ask = ask
    }

    /// The run of a read of a table, of a system's day of one of its shards, if it is spread.
    init(_ read: PartitionRead, shard: Int? = nil, table: DynamoDBTable, calls: DynamoDBCalls) {
        let keys = SortKeyRange(read)
        let body = QueryBody(read, keys, in: table, shard: shard)
        let deadline = read.budget.deadline
        let room = BodyRoom(calls.bodies)
        self.init(read, keys, isFiltered: body.isFiltered, room: room, access: body.access) {
            (limit, startKey, usage) throws(StoreError) in
            let bytes = body.bytes(limit: limit, startKey: startKey)
            return try calls.call(.query, bytes, deadline: deadline, room: room, usage: &usage) {
                bytes throws(JSONFault) in
                let answer = try QueryAnswer(bytes)
                return (answer, answer.consumedCapacity)
            }
        }
    }

    /// Reads until there are enough records in their final order, the run ends, or the budget does and
    /// there is a place to go on from.
    func page() throws(StoreError) -> PartitionRun {
        guard !keys.isEmpty, !read.isRuledOut else { return PartitionRun(records: [], resume: nil) }
        var sorter = RecordSorter(
            order: read.order, after: read.after, limit: read.limit, byteLimit: read.budget.bytes)
        var size = PageSize(isFiltered: isFiltered)
        var usage = StoreUsage.none
        var (cost, leftOut) = (AccessCost(looked: 0), 0)
        defer { note(cost) }
        var startKey: [UInt8]?
        var reached: Int64?
        repeat {
            let limit = size.next(wanted: read.limit - sorter.ready.count)
            guard ContinuousClock.now < read.budget.deadline else {
                throw StoreError(.deadline, "the request's deadline passed between two pages of DynamoDB")
            }
            let hasEnough = sorter.ready.count >= read.enough ?? .max
            var answer = try ask(limit, startKey, &usage)
            size.note(limit: limit, looked: answer.scannedCount, kept: answer.records.count)
            cost.add(answer)
            if hasEnough, read.mayTellLeftOut { leftOut += answer.scannedCount - answer.records.count }
            for record in answer.records {
                try checkOrder(of: record.key.instant.seconds, after: &reached)
                if belongs(record) { sorter.take(record) }
            }
            answer.records = []
            sorter.cut()
            room?.release()
            guard let lastKey = answer.lastEvaluatedKey else {
                sorter.end()
                return page(sorter.ready, isEnd: true, usage)
            }
            guard lastKey != startKey else {
                throw StoreError(.unavailable, "DynamoDB gives the same LastEvaluatedKey again and again")
            }
            startKey = lastKey
            let second = try second(of: answer)
            sorter.release(before: second)
            if sorter.isFull { return page(sorter.ready, isEnd: false, usage) }
            let isOver = leftOut >= PartitionRead.mostBehind || read.budget.soft <= .now
            if isOver, let place = boundary(second), isAdvance(place) {
                return PartitionRun(
                    records: sorter.ready, resume: place, usage: usage, leftOutBehind: leftOut)
            }
        } while true
    }

    /// Tells what all of it took, where somebody wants it explained.
    private func note(_ cost: AccessCost) {
        if let access { read.trace?.note(access, cost) }
    }

    private func page(_ ready: [AuditRecord], isEnd: Bool, _ usage: StoreUsage) -> PartitionRun {
        let wanted = ready.prefix(read.limit)
        var bytes = 0
        let fitting = wanted.prefix { record in
            bytes += record.byteCount
            return bytes <= read.budget.bytes
        }
        if fitting.count < wanted.count {
            return PartitionRun(
                records: Array(fitting), resume: fitting.last?.key ?? read.after,
                withheld: WithheldRecord(wanted[fitting.count]), usage: usage)
        }
        let isCut = ready.count > read.limit || !isEnd
        return PartitionRun(records: Array(wanted), resume: isCut ? wanted.last?.key : nil, usage: usage)
    }

    /// A server that does not give a partition in the order of its sort keys would make pages lose records.
    private func checkOrder(of second: Int64, after reached: inout Int64?) throws(StoreError) {
        if let last = reached, read.order == .ascending ? second < last : last < second {
            throw StoreError(.unavailable, "DynamoDB's items do not come in the order of their sort keys")
        }
        reached = second
    }

    /// The last second that DynamoDB has looked at, of which more may come.
    private func second(of answer: QueryAnswer) throws(StoreError) -> Int64 {
        do throws(KeyFault) {
            return try SortKey.instant(SortKey(answer.lastSortKey?[...] ?? []).timestamp).seconds
        } catch {
            let key = String(decoding: answer.lastEvaluatedKey ?? [], as: UTF8.self)
            throw StoreError(
                .unavailable,
                "DynamoDB's LastEvaluatedKey: "
                    + JSONFault(offset: 0, detail: "its SK \(error.detail)").ofItem(key).ofAnswer)
        }
    }

    /// The place in front of a second of which more may come; nil where that would be the end of time, before
    /// which nothing has been passed yet.
    private func boundary(_ second: Int64) -> RecordKey? {
        let start = Timestamp(seconds: second)
        let place = read.order == .ascending ? start : start.advanced(bySeconds: 1)
        return place < .endOfTime ? .boundary(at: place) : nil
    }

    /// Both the bounds and the filter of a Query may be wider than what is asked.
    private func belongs(_ record: AuditRecord) -> Bool {
        read.range.contains(record.key.instant) && read.restriction.matches(record)
    }

    private func isAdvance(_ place: RecordKey) -> Bool {
        read.after.map { read.order.areInOrder($0, place) } ?? true
    }
}

extension AccessCost {
    fileprivate mutating func add(_ answer: QueryAnswer) {
        looked += answer.scannedCount
        passed += answer.records.count
        bytes += answer.records.byteCount
    }
}
