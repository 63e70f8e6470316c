import Foundation
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import DemoData
@testable import SQLiteRecords
@testable import StoreConformance

/// What all who wait in a worker look at, beside what the store has.
@Suite struct RecentArrivalsTests {
    private static let systems: [Identifier] = ["billing", "crm-eu", "payroll", "nowhere"]
    private static let far = ContinuousClock.Instant.now + .seconds(600)

    /// One who waits.
    private struct Guest {
        var query: RecordQuery
        let scope: SystemScope
        let least: Int?

        init(_ random: inout SplitMix64) throws {
            query = RecordQuery(
                range: TimeRange(start: nil, end: nil), order: .ascending, limit: random.pick([0, 1, 100]))
            query.systemId = random.once(in: 3) ? random.pick(RecentArrivalsTests.systems) : nil
            query.userId = random.once(in: 3) ? random.pick(["u0", "u1", "nobody"]) : nil
            query.resourceId = random.once(in: 6) ? "r" : nil
            scope = random.pick([.all, SystemScope(patterns: ["crm-*"]), SystemScope(patterns: ["payroll"])])
            least = random.once(in: 3) ? random.pick([1, 5, 9, 10]) : nil
            query.filter = try least.map { try RecordFilter(Array("n ge \($0)".utf8)) }
        }

        func wants(_ record: AuditRecord) -> Bool {
            query.systemId.map { $0 == record.key.systemId } ?? true
                && query.userId.map { $0 == record.userId } ?? true
                && query.resourceId.map { $0 == record.resourceId } ?? true
                && scope.contains(record.key.systemId)
                && least.map { $0 <= RecentArrivalsTests.number(record) } ?? true
        }
    }

    /// What ``records(_:)`` has put first into its attributes: to read all of them would be most of what the test takes.
    private static func number(_ record: AuditRecord) -> Int {
        let digits = record.attributes.dropFirst(5).prefix { $0 != UInt8(ascii: ",") }
        return Int(String(decoding: digits, as: UTF8.self)) ?? -1
    }

    private static func records(_ random: inout SplitMix64) -> [AuditRecord] {
        let size = random.pick([0, 10, 10, 10, 50_000])
        let count = random.once(in: 12) ? 3000 : random.number(in: 0...40)
        return (0..<(size > 10 ? min(count, 60) : count)).map { _ in
            TestRecord.make(
                Identifier("\(random.number(below: 9000))"), at: Timestamp(seconds: 1_700_000_000),
                system: random.pick(Array(systems.dropLast())), user: random.pick(["u0", "u1"]),
                resource: "r",
                attributes:
                    "{\"n\":\(random.number(in: 0...9)),\"a\":\"\(String(repeating: "x", count: size))\"}")
        }
    }

    @Test func `whoever is told that there is nothing misses nothing, and is told so while it is known`()
        throws
    {
        forAll(cases: 12) { random in
            let folder = try TemporaryFolder()
            let store = SQLiteStore(writing: folder.file("audit.db"))
            try store.put([])
            let recent = RecentArrivals()
            var refreshed = try store.arrivalEnd(deadline: Self.far)
            var (places, told) = ([refreshed], 0)
            _ = try recent.refresh(from: store, deadline: Self.far)
            // What the store has, in the order in which it came.
            var (all, allEnd) = ([Arrival](), refreshed)
            for turn in 0..<30 {
                let written = Self.records(&random)
                try store.put(written)
                if random.once(in: 4) {
                    let mark = try store.removalMark(deadline: Self.far)
                    _ = try store.remove(written.filter { _ in random.once(in: 3) }, before: mark)
                }
                let new = try store.arrivals(after: allEnd.number, limit: .max)
                let changed = Set(written.map(\.key))
                all.removeAll { changed.contains($0.record.key) }
                all += new.arrivals
                allEnd = new.end
                places.append(allEnd)
                guard !random.once(in: 4) else { continue }
                let mark = try recent.refresh(from: store, deadline: Self.far)
                try require(
                    mark == allEnd.number, "turn \(turn): the mark is \(mark) and not \(allEnd.number)")
                let came = all.drop { $0.place.number <= refreshed.number }
                let fits =
                    came.count < 4000 && came.map(\.record).byteCount < RecentArrivals.capacity
                    && allEnd.number - refreshed.number < 4000
                for place in (0..<5).map({ _ in random.pick(places) }) + [refreshed] {
                    let guest = try Guest(&random)
                    let found = all.drop { $0.place.number <= place.number }.first { guest.wants($0.record) }
                    let end = recent.end(
                        ofNothingFor: guest.query, behind: place, scope: guest.scope, until: Self.far)
                    if let end {
                        told += 1
                        try require(
                            end.number > place.number && end.origin == place.origin, "\(end) for \(place)")
                        try require(
                            found.map { $0.place.number > end.number } ?? true,
                            "turn \(turn): \(guest) at \(place.number) passes \(String(describing: found?.place.number))"
                        )
                    } else if place == refreshed, fits, place != allEnd {
                        try require(found != nil, "turn \(turn): \(guest) at \(place.number) is told nothing")
                    }
                }
                refreshed = allEnd
            }
            try require(told > 0, "nobody was told anything")
        }
    }

    @Test func `of another store, of one that was restored, and of the end itself nothing is known`() throws {
        let folder = try TemporaryFolder()
        let stores = ["a", "b"].map { SQLiteStore(writing: folder.file($0)) }
        let recent = RecentArrivals()
        let query = RecordQuery(range: TimeRange(start: nil, end: nil), order: .ascending, limit: 0)
        func end(_ place: ArrivalPlace) -> ArrivalPlace? {
            recent.end(
                ofNothingFor: query, behind: place, scope: SystemScope(patterns: ["none"]), until: Self.far)
        }
        for store in stores { try store.put([]) }
        try stores[0].checkpoint()
        try FileManager.default.copyItem(atPath: folder.file("a"), toPath: folder.file("before"))
        let begin = try stores[0].arrivalEnd(deadline: Self.far)
        #expect(end(begin) == nil, "nothing was read yet")
        _ = try recent.refresh(from: stores[0], deadline: Self.far)
        try stores[0].put((0..<9).map { TestRecord.make(Identifier("\($0)"), at: "2024-02-29T12:00:00Z") })
        #expect(end(begin) == nil, "what came was not read yet")
        _ = try recent.refresh(from: stores[0], deadline: Self.far)
        let last = try stores[0].arrivalEnd(deadline: Self.far)
        #expect(end(begin) == last && end(last) == nil)
        #expect(end(ArrivalPlace(origin: begin.origin &+ 1, number: begin.number)) == nil)
        #expect(end(ArrivalPlace(origin: begin.origin, number: last.number + 5)) == nil)
        // A backup of before was restored.
        _ = try recent.refresh(from: SQLiteStore(reading: folder.file("before")), deadline: Self.far)
        #expect(end(begin) == nil && end(last) == nil)
        _ = try recent.refresh(from: stores[0], deadline: Self.far)
        // Another file took its place, with as many records and more.
        try stores[1].put((0..<20).map { TestRecord.make(Identifier("\($0)"), at: "2024-02-29T12:00:00Z") })
        _ = try recent.refresh(from: stores[1], deadline: Self.far)
        #expect(end(begin) == nil && end(last) == nil)
    }
}
