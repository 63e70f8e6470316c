internal import AuditRecords
internal import AuditStores
internal import FoundationEssentials
internal import AWS

extension TableConformance {
    /// By their codes the service tells a fault of its own from one of DynamoDB's.
    func errors() throws(AWSError) -> ConformanceFinding {
        let subject = "form of errors"
        let missing = kind(of: "Query", query("a", "\"Limit\":1").replacing(table, with: "\(table)-none"))
        guard missing == .notFound else {
            return ConformanceFinding(
                subject, .wrong,
                "a table that is not there is answered with \(missing?.rawValue ?? "success"), not ResourceNotFoundException"
            )
        }
        let senseless = kind(of: "Query", "{\"TableName\":\"\(table)\"}")
        guard senseless == .invalid else {
            return ConformanceFinding(
                subject, .wrong,
                "a question without a condition is answered with \(senseless?.rawValue ?? "success"), not ValidationException"
            )
        }
        return ConformanceFinding(subject, .right, "errors have the codes that DynamoDB's have")
    }

    private func kind(of operation: String, _ body: String) -> AWSError.Kind? {
        do throws(AWSError) {
            _ = try call(operation, body)
            return nil
        } catch {
            return error.kind
        }
    }

    /// Each item in one segment, as `table verify --records` and `copy` read them.
    func scans() throws(StoreError) -> ConformanceFinding {
        let subject = "scans in segments"
        let days = try TableScan(table: table, client: client, segments: 3, rate: 1_000_000).days()
        for system in ConformanceRecords.systems {
            let count = days[system]?[ConformanceRecords.day] ?? 0
            guard count == ConformanceRecords.ids.count else {
                return ConformanceFinding(
                    subject, .wrong,
                    "a scan in three segments has \(count) of \(ConformanceRecords.ids.count) items of a partition: "
                        + "`copy` and `table verify --records` would miss some")
            }
        }
        return ConformanceFinding(subject, .right, "each item is in one segment of a scan")
    }

    /// What `retain --delete` does.
    func deletion() throws(StoreError) -> ConformanceFinding {
        let record = AuditRecord(
            key: key("deleted"), userId: Identifier("deleted"), resourceId: Identifier("r"),
            attributes: Array("{}".utf8))
        try store.put([record])
        let count = try store.remove([record], before: 0)
        let left = try read(.user(Identifier("deleted")), Restriction(scope: .all), .ascending, 10)
        guard count == 1, left.isEmpty else {
            return ConformanceFinding(
                "deletion", .wrong,
                "a record that was deleted is still there, or in an index: `retain` would not end")
        }
        return ConformanceFinding(
            "deletion", .right, "what is deleted is gone from the table and its indexes")
    }

    /// Whether it asks who asks.
    func signatures() throws(AWSError) -> ConformanceFinding {
        do throws(AWSError) {
            _ = try call("Query", query("a#\(dayText)", "\"Limit\":1"), by: stranger)
        } catch {
            guard error.kind == .denied || error.kind == .expiredCredentials else { throw error }
            return ConformanceFinding("signatures", .right, "credentials that nobody has are refused")
        }
        return ConformanceFinding(
            "signatures", .tolerable,
            "credentials that nobody has are taken: whoever reaches the endpoint reads and changes every record. Switch "
                + "authorization on, or let nobody else reach it")
    }

    func capacity() throws(AWSError) -> ConformanceFinding {
        let page = try QueryPage(try call("Query", query("a#\(dayText)", "\"Limit\":1")))
        guard page.capacity ?? 0 > 0 else {
            return ConformanceFinding(
                "capacity", .tolerable,
                "consumed capacity is not told: metrics of read units are 0, and --rate and --scan-rate limit nothing"
            )
        }
        return ConformanceFinding("capacity", .right, "consumed capacity is told")
    }

    /// One that is there and wrong would have failed everything before.
    func checksums() throws(AWSError) -> ConformanceFinding {
        guard try call("Query", query("a#\(dayText)", "\"Limit\":1")).hasChecksum else {
            return ConformanceFinding(
                "checksums", .tolerable,
                "answers have no x-amz-crc32: what is damaged on the way is found by TLS alone")
        }
        return ConformanceFinding("checksums", .right, "answers have a checksum, and it is theirs")
    }

    func recovery() throws(AWSError) -> ConformanceFinding {
        do throws(AWSError) {
            _ = try TableAdministration(client).pointInTimeRecovery(of: table, deadline: .now + Self.patience)
        } catch {
            guard error.kind != .denied else { throw error }
            return ConformanceFinding(
                "point-in-time recovery", .tolerable, "there is none (\(error.code)): make backups otherwise")
        }
        return ConformanceFinding("point-in-time recovery", .right, "it can be asked for")
    }
}

/// What an answer to a Query says besides its items.
struct QueryPage {
    let scanned: Int
    let hasMore: Bool
    let capacity: Double?

    init(_ answer: ServiceAnswer) throws(AWSError) {
        struct Capacity: Decodable { let CapacityUnits: Double? }
        struct Key: Decodable {}
        struct Page: Decodable {
            let ScannedCount: Int?
            let Count: Int?
            let LastEvaluatedKey: Key?
            let ConsumedCapacity: Capacity?
        }
        guard let page = try? JSONDecoder().decode(Page.self, from: Data(answer.body)) else {
            throw AWSError(.server, "the answer is no page of a Query", operation: "Query")
        }
        scanned = page.ScannedCount ?? page.Count ?? 0
        hasMore = page.LastEvaluatedKey != nil
        capacity = page.ConsumedCapacity?.CapacityUnits
    }
}
