import AuditRecords
import AuditStores
import DemoData
import Synchronization
import TestSupport
import Testing

extension FollowedConformance {
    /// Whatever is written, replaced and read in whatever runs: each reader has had the last version of each record that it may see.
    package func agreesWithTheModel() throws {
        let writer = try writer()
        forAll(cases: 6) { random in
            let begin = try reader.arrivalEnd(deadline: .now + .seconds(60))
            var model: [StoredKey: AuditRecord] = [:]
            let scopes: [SystemScope] = [.all, .only([.exact("s1")]), .only([.prefix("s"), .exact("t")])]
            var places = scopes.map { _ in begin }
            var seen: [[StoredKey: AuditRecord]] = scopes.map { _ in [:] }
            for turn in 0..<20 {
                let batch = (0..<random.number(in: 0...12)).map { _ in
                    TestRecord.make(
                        Identifier("\(random.number(in: 0...30))"),
                        at: Timestamp(seconds: Int64(random.number(in: 0...3)) * 3_000_000),
                        system: random.pick(["s1", "s2", "t", "u"]), user: Identifier("turn \(turn)"),
                        attributes: "{\"n\":\(random.number(in: 0...1_000_000))}")
                }
                try writer.put(batch)
                for record in batch { model[StoredKey(record.key)] = record }
                for index in scopes.indices where turn == 19 || random.once(in: 2) {
                    try untilDone("the end of the order") {
                        let read = ArrivalRead(
                            after: places[index], limit: random.number(in: 1...20),
                            restriction: Restriction(scope: scopes[index]), budget: .ample)
                        guard case .run(let run) = try reader.arrivals(read) else {
                            throw PlaceLoss.otherStore
                        }
                        for record in run.records { seen[index][StoredKey(record.key)] = record }
                        places[index] = run.end
                        return run.isAtEnd || turn < 19
                    }
                }
            }
            for (scope, seen) in zip(scopes, seen) {
                let expected = model.filter { scope.contains($0.value.key.systemId) }
                try require(seen == expected, "\(scope)")
            }
        }
    }

    private static var shape: (writers: Int, writes: Int) { (3, 60) }

    /// Several write and replace at once, while others follow: every write comes once, and nothing appears behind a reader.
    package func losesNothingToWriters() throws {
        try writer().put([])
        let (writers, writes) = Self.shape
        let start = try reader.arrivalEnd(deadline: .now + .seconds(60))
        let left = Atomic<Int>(writers)
        onThreads(writers + 2) { thread in
            do {
                guard thread < writers else {
                    return try follow(from: start) { left.load(ordering: .sequentiallyConsistent) == 0 }
                }
                defer { left.subtract(1, ordering: .sequentiallyConsistent) }
                let store = try writer()
                for turn in 0..<writes {
                    // Some keys are written again and again, by all of them.
                    try store.put(
                        (0..<4).map { number in
                            TestRecord.make(
                                number == 0 ? "same" : Identifier("\(thread)-\(turn)-\(number)"),
                                at: Timestamp(seconds: Int64(number * turn) * 100_000),
                                attributes: "{\"by\":\"\(thread)-\(turn)\"}")
                        })
                }
            } catch {
                Issue.record("\(error)")
            }
        }
    }

    /// Reads until nobody writes any more, and compares with what is there then.
    private func follow(from start: ArrivalPlace, until hasEnded: () -> Bool) throws {
        var seen: [StoredKey: AuditRecord] = [:]
        var place = start
        try untilDone("the end of what was written", turns: 100_000) {
            let isLast = hasEnded()
            let run = try reader.arrivals(after: place.number, limit: 5)
            for record in run.records {
                let key = StoredKey(record.key)
                #expect(seen[key] == nil || record.key.auditId == "same", "a record came twice")
                seen[key] = record
            }
            #expect(run.end.number >= place.number)
            place = run.end
            return run.isAtEnd && isLast
        }
        let all = try reader.arrivals(after: start.number, limit: 100_000)
        #expect(Set(all.records) == Set(seen.values))
        let (writers, writes) = Self.shape
        #expect(all.records.count == 3 * writers * writes + 1)
        #expect(all.end == place)
    }
}
