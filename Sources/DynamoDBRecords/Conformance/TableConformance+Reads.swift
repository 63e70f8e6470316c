internal import AuditRecords
internal import AuditStores
internal import JSONBytes

extension TableConformance {
    /// A system's day, in both directions and in pages of several lengths.
    func order() throws(StoreError) -> ConformanceFinding {
        let reads = ConformanceRecords.systems.map {
            (Partition.systemDay($0, ConformanceRecords.day), Restriction(scope: .all))
        }
        return try pages(
            "order of keys", reads,
            right: "keys are in the order of their bytes, and pages begin where the one before ended")
    }

    /// Users and resources of many systems, whose records have the same instant and auditId.
    func indexes() throws(StoreError) -> ConformanceFinding {
        let reads = ConformanceRecords.users.flatMap {
            [(Partition.user($0), Restriction(scope: .all)), (.resource($0), Restriction(scope: .all))]
        }
        return try pages(
            "indexes with equal sort keys", reads,
            right: "pages of an index bring each record once, also where sort keys are equal")
    }

    /// What the service has left out by FilterExpression: for keys that are limited to systems, and several ids at once.
    func filters() throws(StoreError) -> ConformanceFinding {
        let scopes = [["a"], ["a*"], ["a#*", "\u{10000}"]].map { SystemScope(patterns: $0) }
        var reads = scopes.map { (Partition.user(Identifier("u")), Restriction(scope: $0)) }
        reads += scopes.map { (Partition.resource(Identifier("u#")), Restriction(scope: $0)) }
        reads += ConformanceRecords.users.map {
            (Partition.user(Identifier("u")), Restriction(resourceId: $0, scope: .all))
        }
        return try pages("filters", reads, right: "filters let through what they should, and nothing else")
    }

    private func pages(
        _ subject: String, _ reads: [(Partition, Restriction)], right: String
    ) throws(StoreError) -> ConformanceFinding {
        for (partition, restriction) in reads {
            for order in SortOrder.allCases {
                for limit in [1, 3, 1000] {
                    let found = try read(partition, restriction, order, limit)
                    let all = ConformanceRecords.matching(partition, restriction)
                    let expected = order == .ascending ? all : all.reversed()
                    guard found != expected else { continue }
                    return ConformanceFinding(
                        subject, .wrong,
                        "\(found.count) records instead of \(expected.count), or others, of \(partition.words) in "
                            + "\(order.rawValue)ending order and pages of \(limit): answers would be wrong")
                }
            }
        }
        return ConformanceFinding(subject, .right, right)
    }

    /// All of a partition, in pages of so many records.
    func read(
        _ partition: Partition, _ restriction: Restriction, _ order: SortOrder, _ limit: Int
    ) throws(StoreError) -> [AuditRecord] {
        var found: [AuditRecord] = []
        var place: RecordKey?
        // Whoever begins again and again is stopped.
        for _ in 0...ConformanceRecords.all.count + 10 {
            let end = ContinuousClock.now + Self.patience
            let run = try store.read(
                PartitionRead(
                    partition: partition, range: TimeRange(start: nil, end: nil), order: order, after: place,
                    restriction: restriction, limit: limit, budget: Budget(soft: end, deadline: end)))
            found += run.records.filter(restriction.matches)
            guard let resume = run.resume else { return found }
            place = resume
        }
        return found
    }

    /// Values of all kinds, written and read back.
    func attributes() throws(StoreError) -> ConformanceFinding {
        let record = AuditRecord(
            key: key("values"), userId: Identifier("values"), resourceId: Identifier("values"),
            attributes: Array(ConformanceRecords.values.utf8))
        try store.put([record])
        let found = try read(.user(Identifier("values")), Restriction(scope: .all), .ascending, 10)
        let expected = try? CanonicalJSON(object: record.attributes).text
        guard found.count == 1, let canonical = try? CanonicalJSON(object: found[0].attributes).text,
            canonical == expected
        else {
            return ConformanceFinding(
                "attributes", .wrong,
                "of values of all kinds came back: "
                    + "\(found.first.map { String(decoding: $0.attributes, as: UTF8.self) } ?? "nothing"); records would change"
            )
        }
        return ConformanceFinding("attributes", .right, "values of all kinds come back, with 38 digits")
    }

    /// What is read by key with ConsistentRead, right after it was written.
    func consistency() throws(StoreError) -> ConformanceFinding {
        let writer = DynamoDBStore(
            table: DynamoDBTable(
                name: table, userIndex: "GSI1", resourceIndex: "GSI2", systems: [], attributeIndexes: []),
            reading: client, writing: client, isForWriting: true, plan: ShardPlan())
        for number in 0..<10 {
            let record = AuditRecord(
                key: key("written"), userId: Identifier("written"), resourceId: Identifier("r"),
                attributes: Array("{\"n\":\(number)}".utf8))
            try writer.put([record])
            let end = ContinuousClock.now + Self.patience
            let found = try writer.fetch([record.key], budget: Budget(soft: end, deadline: end)).records
            guard found == [record] else {
                return ConformanceFinding(
                    "reading what was written", .wrong,
                    "a consistent read does not bring what was written before: loads would take what is new for what is there"
                )
            }
        }
        return ConformanceFinding(
            "reading what was written", .right, "a consistent read brings what was written before")
    }

    /// A key in the trial's day, of a system of its own.
    func key(_ id: String, system: String = "trial") -> RecordKey {
        RecordKey(
            systemId: Identifier(system), instant: ConformanceRecords.day.start, auditId: Identifier(id))
    }
}
