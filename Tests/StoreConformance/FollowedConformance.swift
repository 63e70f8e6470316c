import AuditRecords
package import AuditStores
import TestSupport
import Testing

extension FollowedStore {
    /// What came behind a number, whatever store's it is.
    package func arrivals(
        after number: Int64 = 0, limit: Int = 1000, restriction: Restriction = Restriction(scope: .all),
        budget: Budget = .ample
    ) throws -> ArrivalRun {
        let place = ArrivalPlace(origin: 0, number: number)
        let read = ArrivalRead(after: place, limit: limit, restriction: restriction, budget: budget)
        switch try arrivals(read) {
        case .run(let run): return run
        case .lost(let loss): throw loss
        }
    }
}

/// What every ``FollowedStore`` must do. Each check needs a store of its own that is empty.
package struct FollowedConformance: Sendable {
    package let writer: @Sendable () throws -> any RecordStore
    package let reader: any FollowedStore

    package init(reader: any FollowedStore, writer: @escaping @Sendable () throws -> any RecordStore) {
        (self.reader, self.writer) = (reader, writer)
    }

    package static let checks: [(name: String, run: @Sendable (FollowedConformance) throws -> Void)] = [
        ("order", { try $0.comesInOrder() }), ("replaced", { try $0.comesAnew() }),
        ("restricted", { try $0.keepsToTheRestriction() }), ("bounds", { try $0.endsAtItsBounds() }),
        ("lost", { try $0.knowsItsPlaces() }), ("model", { try $0.agreesWithTheModel() }),
        ("writers", { try $0.losesNothingToWriters() }),
    ]

    private func comesInOrder() throws {
        let writer = try writer()
        try writer.put([])
        let begin = try reader.arrivalEnd(deadline: .now + .seconds(60))
        #expect(begin.number == 0)
        let records = (0..<50).map {
            // In other months, and from the last to the first.
            TestRecord.make(
                Identifier("id-\($0)"), at: Timestamp(seconds: Int64(50 - $0) * 1_000_000),
                user: Identifier("u\($0 % 3)"))
        }
        for record in records { try writer.put([record]) }
        let end = try reader.arrivalEnd(deadline: .now + .seconds(60))
        #expect(end.number == 50)
        for limit in [1, 7, 50, 1000] {
            var (found, place): ([Arrival], ArrivalPlace) = ([], begin)
            try untilDone("the end of the order") {
                let read = ArrivalRead(
                    after: place, limit: limit, restriction: Restriction(scope: .all), budget: .ample)
                guard case .run(let run) = try reader.arrivals(read) else { return true }
                found += run.arrivals
                place = run.end
                return run.isAtEnd
            }
            #expect(found.map(\.record) == records && place == end)
            // Each place is one to go on from.
            #expect(found.map(\.place.number) == Array(1...50))
        }
    }

    private func comesAnew() throws {
        let writer = try writer()
        let first = TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")
        let second = TestRecord.make("b", at: "2024-02-29T12:00:00Z", user: "u")
        let replacing = TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "v", resource: "r")
        try writer.put([first])
        try writer.put([second])
        let seen = try reader.arrivals()
        #expect(seen.records == [first, second])
        try writer.put([replacing])
        #expect(try reader.arrivals().records == [second, replacing])
        #expect(try reader.arrivals(after: seen.end.number).records == [replacing])
    }

    private func keepsToTheRestriction() throws {
        let records = (0..<300).map { number -> AuditRecord in
            let system = number % 100 == 0 ? "seen" : "foreign-\(number % 3)"
            return TestRecord.make(
                Identifier("id-\(number)"), at: Timestamp(seconds: Int64(number) * 100_000),
                system: Identifier(system), user: Identifier("u\(number % 2)"),
                resource: Identifier("r\(number % 5)"))
        }
        let writer = try writer()
        for record in records { try writer.put([record]) }
        let restrictions = [
            Restriction(scope: .only([.exact("seen")])), Restriction(scope: .only([.prefix("foreign-1")])),
            Restriction(userId: "u1", resourceId: "r2", scope: .all),
            Restriction(systemId: "seen", scope: .all),
            Restriction(systemId: "seen", scope: .only([.prefix("f")])), Restriction(scope: .only([])),
        ]
        for restriction in restrictions {
            for limit in [1, 2, 1000] {
                var (found, run): ([AuditRecord], ArrivalRun?) = ([], nil)
                try untilDone("the end of the order") {
                    let next = try reader.arrivals(
                        after: run?.end.number ?? 0, limit: limit, restriction: restriction)
                    found += next.records
                    run = next
                    return next.isAtEnd
                }
                #expect(found == records.filter(restriction.matches), "\(restriction)")
                #expect(run?.end.number == 300)
            }
        }
    }

    private func endsAtItsBounds() throws {
        let writer = try writer()
        let records = (0..<200).map { TestRecord.make(Identifier("\($0)"), at: "2024-02-29T12:00:00Z") }
        for record in records { try writer.put([record]) }
        let deadline = ContinuousClock.now + .seconds(60)
        let narrow = Budget(soft: deadline, deadline: deadline, bytes: 1)
        var run = try reader.arrivals(limit: 10, budget: narrow)
        #expect(run.records == [records[0]] && !run.isAtEnd)
        let two = Budget(soft: deadline, deadline: deadline, bytes: records[0].byteCount * 2)
        #expect(try reader.arrivals(limit: 10, budget: two).records == Array(records[..<2]))
        // A spent budget goes on by a few that it looks at, wanted or not.
        let spent = Budget(soft: .now, deadline: deadline)
        for scope in [SystemScope.all, .only([.exact("none")])] {
            run = try reader.arrivals(limit: 1000, restriction: Restriction(scope: scope), budget: spent)
            #expect(run.end.number == 64 && !run.isAtEnd)
        }
        let late = Budget(soft: .now, deadline: .now)
        let error = #expect(throws: StoreError.self) { try reader.arrivals(budget: late) }
        #expect(error?.code == .deadline)
    }

    private func knowsItsPlaces() throws {
        let writer = try writer()
        try writer.put([TestRecord.make("a", at: "2024-02-29T12:00:00Z")])
        let end = try reader.arrivalEnd(deadline: .now + .seconds(60))
        #expect(end.origin != 0)
        func loss(_ place: ArrivalPlace) throws -> PlaceLoss? {
            let read = ArrivalRead(
                after: place, limit: 1, restriction: Restriction(scope: .all), budget: .ample)
            guard case .lost(let loss) = try reader.arrivals(read) else { return nil }
            return loss
        }
        #expect(try loss(end) == nil)
        #expect(try loss(ArrivalPlace(origin: 0, number: 1)) == nil)
        #expect(try loss(ArrivalPlace(origin: end.origin &+ 1, number: 1)) == .otherStore)
        #expect(try loss(ArrivalPlace(origin: end.origin, number: 2)) == .ahead)
        #expect(ArrivalPlace(bytes: end.bytes) == end)
    }
}
