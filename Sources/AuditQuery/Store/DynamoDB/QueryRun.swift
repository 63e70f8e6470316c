/// One read of a partition: as many Queries as it takes.
struct QueryRun {
    private let read: RangeRead
    private let keys: SortKeyRange
    private let body: QueryBody
    private let calls: DynamoDBCalls

    init(_ read: RangeRead, table: DynamoDBTable, calls: DynamoDBCalls) {
        self.read = read
        self.calls = calls
        keys = SortKeyRange(read)
        body = QueryBody(read, keys, in: table)
    }

    /// Reads until there are enough records in their final order, the run ends, or the budget does and
    /// there is a place to go on from.
    func page() throws(StoreError) -> RangePage {
        guard !keys.isEmpty else { return RangePage(records: [], resume: nil) }
        var sorter = RecordSorter(order: read.order, after: read.after, limit: read.limit)
        var size = PageSize(isFiltered: body.isFiltered)
        var usage = StoreUsage.none
        var startKey: [UInt8]?
        repeat {
            let limit = size.next(wanted: read.limit - sorter.ready.count)
            let answer = try query(limit, startKey, &usage)
            size.note(limit: limit, looked: answer.scannedCount, kept: answer.records.count)
            for record in answer.records where read.filter.matches(record) { sorter.take(record) }
            guard let lastKey = answer.lastEvaluatedKey else {
                sorter.end()
                return page(sorter.ready, isEnd: true, usage)
            }
            guard lastKey != startKey else {
                throw StoreError(.unavailable, "DynamoDB gives the same LastEvaluatedKey again and again")
            }
            startKey = lastKey
            let place = try boundary(answer.lastSortKey)
            sorter.release(before: place.second)
            if sorter.isFull { return page(sorter.ready, isEnd: false, usage) }
            if read.budget.soft <= .now, isAdvance(place.key) {
                return RangePage(records: sorter.ready, resume: place.key, usage: usage)
            }
        } while true
    }

    private func query(
        _ limit: Int, _ startKey: [UInt8]?, _ usage: inout StoreUsage
    ) throws(StoreError) -> QueryAnswer {
        guard ContinuousClock.now < read.budget.deadline else {
            throw StoreError(.deadline, "the request's deadline passed between two pages of DynamoDB")
        }
        let bytes = body.bytes(limit: limit, startKey: startKey)
        return try calls.call(.query, bytes, deadline: read.budget.deadline, usage: &usage) {
            bytes throws(TranscodingError) in
            let answer = try QueryAnswer(bytes)
            return (answer, answer.consumedCapacity)
        }
    }

    private func page(_ ready: [AuditRecord], isEnd: Bool, _ usage: StoreUsage) -> RangePage {
        let isCut = ready.count > read.limit || !isEnd
        let records = Array(ready.prefix(read.limit))
        return RangePage(records: records, resume: isCut ? records.last?.key : nil, usage: usage)
    }

    /// The last second that DynamoDB has looked at, of which more may come, and the place in front of it.
    private func boundary(_ sortKey: [UInt8]?) throws(StoreError) -> (second: Int64, key: RecordKey) {
        guard let sortKey, let end = sortKey.firstIndex(of: UInt8(ascii: "#")),
            let instant = try? Timestamp.parse(Array(sortKey[..<end])).instant
        else {
            throw StoreError(.unavailable, "DynamoDB's LastEvaluatedKey has no sort key of this table's form")
        }
        let start = Timestamp(seconds: instant.seconds)
        let place = read.order == .ascending ? start : start.advanced(bySeconds: 1)
        return (instant.seconds, .boundary(at: place))
    }

    private func isAdvance(_ place: RecordKey) -> Bool {
        read.after.map { read.order.areInOrder($0, place) } ?? true
    }
}
