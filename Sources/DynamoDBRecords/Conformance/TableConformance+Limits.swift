internal import AuditRecords
internal import AuditStores
internal import AWS

extension TableConformance {
    /// Items of about 390 KB: in one partition so many, and of so many systems.
    private static let (largeCount, manySystems) = (6, 44)
    private static let largeSystem = "large"

    private func large(_ number: Int, system: String = largeSystem) -> AuditRecord {
        AuditRecord(
            key: key("large-\(number + 100)", system: system), userId: Identifier(system),
            resourceId: Identifier("large"),
            attributes: Array("{\"text\":\"\(String(repeating: "x", count: 390_000))\"}".utf8))
    }

    /// Over 2 MB in one partition: pages have to end before, and all of it has to come.
    func largePages() throws -> ConformanceFinding {
        let subject = "pages of 1 MB"
        let records = (0..<Self.largeCount).map { large($0) }
        try store.put(records)
        for partition in [
            Partition.systemDay(Identifier(Self.largeSystem), ConformanceRecords.day),
            .user(Identifier("large")),
        ] {
            guard try read(partition, Restriction(scope: .all), .ascending, 1000) == records else {
                return ConformanceFinding(
                    subject, .wrong,
                    "not all of \(records.count) items of 390 KB came from \(partition.words)")
            }
        }
        let answer = try call(
            "Query", query("large#\(dayText)", "\"Limit\":\(Self.largeCount)")
        ).body
        guard answer.count > 2 << 20 else {
            return ConformanceFinding(subject, .right, "a page ends at 1 MB, and the next one goes on")
        }
        return ConformanceFinding(
            subject, .tolerable,
            "a page had \(answer.count >> 20) MB: a worker needs more memory for each read (worker.threads, --memory)"
        )
    }

    /// 17 MB by their keys: DynamoDB brings 16 of them at most, and says which it left out.
    func unprocessedKeys() throws(StoreError) -> ConformanceFinding {
        let subject = "unprocessed keys"
        let records = (0..<Self.manySystems).map { large(0, system: "large-\($0)") }
        for start in stride(from: 0, to: records.count, by: 11) {
            try store.put(Array(records[start..<min(start + 11, records.count)]))
        }
        let keys = records.map(\.key)
        let end = ContinuousClock.now + Self.patience
        let found = try store.fetch(keys, budget: Budget(soft: end, deadline: end))
        guard found.records.compactMap(\.self).count == keys.count else {
            return ConformanceFinding(
                subject, .wrong,
                "of \(keys.count) items of 390 KB by their keys not all came, and none was named as left out")
        }
        guard found.usage.requests > 1 else {
            return ConformanceFinding(
                subject, .tolerable,
                "one BatchGetItem brought 17 MB, where DynamoDB leaves out what passes 16 MB")
        }
        return ConformanceFinding(
            subject, .right, "what passes 16 MB is named as unprocessed, and comes when asked again")
    }

    /// A filter that lets nothing through: an empty page with a place to go on is no end.
    func emptyPages() throws(AWSError) -> ConformanceFinding {
        let subject = "pages that a filter empties"
        let answer = try call(
            "Query",
            query("a#\(dayText)", "\"Limit\":2,\"FilterExpression\":\"attribute_exists(nothing)\""))
        let page = try QueryPage(answer)
        if page.hasMore {
            return ConformanceFinding(subject, .right, "an empty page says where to go on")
        }
        guard page.scanned >= ConformanceRecords.ids.count else {
            return ConformanceFinding(
                subject, .wrong,
                "an empty page after \(page.scanned) items names no place to go on: the rest would be missing"
            )
        }
        return ConformanceFinding(
            subject, .tolerable,
            "Limit counts what a filter lets through: one rare question may take very long")
    }

    /// Items over 400 KB and batches over 25 are refused, as `load` expects that they would be.
    func limits() throws(AWSError) -> ConformanceFinding {
        let subject = "limits of items and batches"
        var taken: [String] = []
        let text = String(repeating: "x", count: 410_000)
        let item =
            "{\"PK\":{\"S\":\"huge#\(dayText)\"},\"SK\":{\"S\":\"\(dayText)T00:00:00.000Z#1\"},\"text\":{\"S\":\"\(text)\"}}"
        if try isTaken("PutItem", "{\"TableName\":\"\(table)\",\"Item\":\(item)}") {
            taken.append("an item of 410 KB")
        }
        let requests = (0..<26).map { number in
            "{\"PutRequest\":{\"Item\":{\"PK\":{\"S\":\"many#\(dayText)\"},\"SK\":{\"S\":\"\(dayText)T00:00:00.000Z#\(number)\"}}}}"
        }
        let batch = "{\"RequestItems\":{\"\(table)\":[\(requests.joined(separator: ","))]}}"
        if try isTaken("BatchWriteItem", batch) { taken.append("a batch of 26") }
        guard !taken.isEmpty else {
            return ConformanceFinding(subject, .right, "items over 400 KB and batches over 25 are refused")
        }
        return ConformanceFinding(
            subject, .tolerable,
            "\(taken.joined(separator: " and ")) is taken; loads keep to DynamoDB's own limits")
    }

    private func isTaken(_ operation: String, _ body: String) throws(AWSError) -> Bool {
        do throws(AWSError) {
            _ = try call(operation, body)
            return true
        } catch {
            guard error.kind == .invalid || error.kind == .tooLarge else { throw error }
            return false
        }
    }

    /// `2024-02-29`.
    var dayText: String {
        String(decoding: ConformanceRecords.day.start.text(fractionDigits: 0).prefix(10), as: UTF8.self)
    }

    /// The body of a Query of a partition of the table.
    func query(_ partition: String, _ members: String) -> String {
        "{\"TableName\":\"\(table)\",\"KeyConditionExpression\":\"PK = :p\",\"ExpressionAttributeValues\":"
            + "{\":p\":{\"S\":\"\(partition)\"}},\"ReturnConsumedCapacity\":\"TOTAL\",\(members)}"
    }
}
