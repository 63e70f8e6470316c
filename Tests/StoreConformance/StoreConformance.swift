// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

package import AuditStores
package import AuditRecords
import Testing

/// What every ``RecordStore`` must do, whatever is behind it. Each check works on records of its own in the store that
/// it is given, so one store may be used for all of them.
package struct StoreConformance: Sendable {
    package let store: any RecordStore
    /// A store that stops at a spent budget may look at this many records before.
    package var recordsBeforeBudgetStop = 64

    package static let checks: [(name: String, run: @Sendable (StoreConformance) throws -> Void)] = [
        ("order", { try $0.readsInOrder() }), ("bounds", { try $0.boundsAreHalfOpen() }),
        ("positions", { try $0.goesOnAfterPositions() }), ("boundaries", { try $0.goesOnAfterBoundaries() }),
        ("limits", { try $0.keepsToLimits() }), ("filter", { try $0.tellsWhereItStoppedWhateverMatches() }),
        ("partitions", { try $0.keepsPartitionsApart() }), ("days", { try $0.mergesSystems() }),
        ("fetch", { try $0.fetches() }),
        ("put", { try $0.replaces() }), ("bytes", { try $0.keepsToBytes() }),
        ("budget", { try $0.stopsAtTheBudget() }),
        ("deadline", { try $0.givesUpAtTheDeadline() }), ("probe", { try $0.store.probe() }),
    ]

    // MARK: Reading

    /// 2 instants × 4 auditIds that are prefixes of each other × 3 systems.
    private func ties(_ user: Identifier) throws -> [AuditRecord] {
        let times = ["2024-02-29T23:59:59.9Z", "2024-02-29T23:59:59.900000001Z"]
        let auditIds: [Identifier] = ["a", "a#", "ab", "é"]
        let systems: [Identifier] = ["s", "s#", "sé"]
        let records = times.flatMap { time in
            auditIds.flatMap { id in
                systems.map { TestRecord.make(id, at: time, system: $0, user: user, resource: user) }
            }
        }
        try store.put(records.reversed())
        return records
    }

    private func readsInOrder() throws {
        let records = try ties("order")
        for partition in [Partition.user("order"), .resource("order")] {
            try expect(partition, .ascending, records)
            try expect(partition, .descending, records.reversed())
        }
    }

    private func boundsAreHalfOpen() throws {
        let times = ["10:00:00Z", "10:00:00.000000001Z", "10:00:00.5Z", "10:00:01Z"].map {
            "2024-01-31T\($0)"
        }
        let records = times.map { TestRecord.make("a", at: $0, user: "bounds") }
        try store.put(records)
        let instants = records.map(\.key.instant)
        for start in 0...4 {
            for end in start...4 {
                let range = TimeRange(
                    start: start < 4 ? instants[start] : instants[3].advanced(bySeconds: 0, nanoseconds: 1),
                    end: end < 4 ? instants[end] : nil)
                try expect(.user("bounds"), .ascending, Array(records[start..<end]), range: range)
                try expect(.user("bounds"), .descending, records[start..<end].reversed(), range: range)
            }
        }
    }

    private func goesOnAfterPositions() throws {
        let records = try ties("positions")
        for (index, record) in records.enumerated() {
            let later = Array(records[(index + 1)...])
            try expect(.user("positions"), .ascending, later, after: record.key)
            try expect(.user("positions"), .descending, records[..<index].reversed(), after: record.key)
            // A place between two records, where none is.
            let between = RecordKey(
                systemId: Identifier(record.key.systemId.bytes + [0x20]), instant: record.key.instant,
                auditId: record.key.auditId)
            try expect(.resource("positions"), .ascending, later, after: between)
            try expect(.resource("positions"), .descending, records[...index].reversed(), after: between)
        }
    }

    private func goesOnAfterBoundaries() throws {
        let records = try ties("boundaries")
        let place = RecordKey.boundary(at: records[12].key.instant)
        try expect(.user("boundaries"), .ascending, Array(records[12...]), after: place)
        try expect(.user("boundaries"), .descending, records[..<12].reversed(), after: place)
        // A place outside the range that is read does not widen it.
        let range = TimeRange(start: records[12].key.instant, end: nil)
        try expect(
            .user("boundaries"), .ascending, Array(records[12...]), range: range,
            after: .boundary(at: records[0].key.instant))
        let end = TimeRange(start: nil, end: records[12].key.instant)
        try expect(
            .user("boundaries"), .descending, records[..<12].reversed(), range: end,
            after: .boundary(at: .endOfTime.advanced(bySeconds: -1)))
    }

    private func keepsToLimits() throws {
        let records = try ties("limits")
        for limit in [1, 2, 7, records.count, 1000] {
            let page = try store.read(read(.user("limits"), .ascending, limit: limit))
            #expect(page.records == Array(records.prefix(limit)))
            #expect(page.resume != nil || limit >= records.count, "limit \(limit)")
            try expect(.user("limits"), .descending, records.reversed(), limit: limit)
        }
    }

    private func tellsWhereItStoppedWhateverMatches() throws {
        let records = try ties("filter")
        let restriction = Restriction(
            userId: nil, systemId: "s#", resourceId: nil, scope: SystemScope(patterns: ["s*"]))
        let matching = records.filter { $0.key.systemId == "s#" }
        try expect(.user("filter"), .ascending, matching, restriction: restriction, limit: 1)
        let nothing = Restriction(scope: SystemScope(patterns: []))
        try expect(.user("filter"), .descending, [], restriction: nothing)
    }

    private func keepsPartitionsApart() throws {
        let night = TestRecord.instant("2024-02-29T00:00:00Z")
        let times = [night.advanced(bySeconds: -1, nanoseconds: 999_999_999), night]
        let systems: [Identifier] = ["days", "days#", "day"]
        let records = systems.flatMap { system in times.map { TestRecord.make("a", at: $0, system: system) } }
        try store.put(records)
        for (index, time) in times.enumerated() {
            try expect(.systemDay("days", time.day), .ascending, [records[index]])
            try expect(.systemDay("days", time.day), .descending, [records[index]])
        }
        try expect(.systemDay("da", night.day), .ascending, [])
        let last = Day(year: 9999, month: 12, day: 31)!
        let end = TestRecord.make("a", at: Timestamp.endOfTime.advanced(bySeconds: -1), system: "days")
        try store.put([end])
        try expect(.systemDay("days", last), .descending, [end])
    }

    /// Ties of systems whose names begin alike, and of one that the key may not see.
    private func mergesSystems() throws {
        let times = ["00:00:00Z", "12:00:00.5Z", "12:00:00.500000001Z", "23:59:59.999999999Z"]
        let systems: [Identifier] = ["merged", "merged#", "merged-not", "mergedé"]
        let records = times.flatMap { time in
            ["a", "b"].flatMap { id in
                systems.map { TestRecord.make(Identifier(id), at: "2023-05-05T\(time)", system: $0) }
            }
        }
        try store.put(
            records
                + records.map {
                    TestRecord.make($0.key.auditId, at: "2023-05-06T00:00:00Z", system: $0.key.systemId)
                })
        let restriction = Restriction(scope: SystemScope(patterns: ["merged", "merged#", "mergedé", "none"]))
        let visible = records.filter { restriction.matches($0) }
        let day = Partition.day(Day(year: 2023, month: 5, day: 5)!)
        for limit in [1, 2, 7, 1000] {
            try expect(day, .ascending, visible, restriction: restriction, limit: limit)
            try expect(day, .descending, visible.reversed(), restriction: restriction, limit: limit)
        }
        for (index, record) in records.enumerated() {
            let later = records[(index + 1)...].filter { restriction.matches($0) }
            try expect(day, .ascending, later, after: record.key, restriction: restriction)
        }
        let one = Restriction(systemId: "merged#", scope: restriction.scope)
        try expect(day, .descending, visible.reversed().filter { one.matches($0) }, restriction: one)
    }

    // MARK: Helpers

    package func read(
        _ partition: Partition, _ order: SortOrder, range: TimeRange = TimeRange(start: nil, end: nil),
        after: RecordKey? = nil, restriction: Restriction? = nil, limit: Int = 1000, budget: Budget = .ample
    ) -> PartitionRead {
        PartitionRead(
            partition: partition, range: range, order: order, after: after,
            restriction: restriction ?? Restriction(scope: .all),
            limit: limit,
            budget: budget)
    }

    /// Reads a run to its end, going on where the store says, and compares what its reader would keep.
    private func expect(
        _ partition: Partition, _ order: SortOrder, _ expected: [AuditRecord],
        range: TimeRange = TimeRange(start: nil, end: nil), after: RecordKey? = nil,
        restriction: Restriction? = nil,
        limit: Int = 1000, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var found: [AuditRecord] = []
        var place = after
        for _ in 0..<1000 {
            let read = read(
                partition, order, range: range, after: place, restriction: restriction, limit: limit)
            let page = try store.read(read)
            #expect(page.records.count <= limit, sourceLocation: sourceLocation)
            found += page.records.filter { restriction?.matches($0) ?? true }
            guard let resume = page.resume else { break }
            #expect(place.map { order.areInOrder($0, resume) } ?? true, sourceLocation: sourceLocation)
            place = resume
        }
        #expect(found == expected, sourceLocation: sourceLocation)
    }
}
