@testable import QueryService
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// What one is answered who follows a store whose places are no numbers, and which forgets.
@Suite struct StreamChangesTests {
    /// Keeps nothing up to a number, and says its places as a stream would.
    private struct Stream: FollowedStore {
        let inner: SQLiteStore
        var kept: Int64 = 0
        var isOff = false
        let keepsAllArrivals = false

        private func place(_ place: ArrivalPlace) -> ArrivalPlace {
            let digits = Array("\(place.number)".utf8)
            return ArrivalPlace(
                origin: 5, number: place.number,
                positions: digits + Array(repeating: 0, count: 256 - digits.count))
        }

        func arrivalEnd(deadline: ContinuousClock.Instant) throws(StoreError) -> ArrivalPlace {
            guard !isOff else { throw StoreError(.unfollowed, "turn it on") }
            return place(try inner.arrivalEnd(deadline: deadline))
        }

        func arrivals(_ read: ArrivalRead) throws(StoreError) -> Arrivals {
            guard let positions = read.place?.positions.prefix(while: { $0 != 0 }),
                let number = Int64(String(decoding: positions, as: UTF8.self))
            else { return .lost(.otherStream) }
            guard number >= kept else { return .lost(.trimmed) }
            let inside = ArrivalRead(
                after: ArrivalPlace(origin: 0, number: number), limit: read.limit,
                restriction: read.restriction,
                budget: read.budget)
            guard case .run(let run) = try inner.arrivals(inside) else { return .lost(.otherStream) }
            return .run(
                ArrivalRun(
                    arrivals: run.arrivals.map { Arrival(record: $0.record, place: place($0.place)) },
                    end: place(run.end), isAtEnd: run.isAtEnd))
        }

        func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun { try inner.read(read) }

        func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
            try inner.fetch(keys, budget: budget)
        }

        func put(_ records: [AuditRecord]) throws(StoreError) { try inner.put(records) }

        func probe() throws(StoreError) { try inner.probe() }
    }

    private static func record(_ id: String, system: Identifier = "billing") -> AuditRecord {
        TestRecord.make(
            Identifier(id), at: "2024-02-29T12:00:00Z", system: system, user: "u", resource: "r",
            attributes: "{\"a\":1}")
    }

    private func changes(_ client: Client, _ query: String = "") -> Response {
        client.send("GET", "/v1/changes", query: query)
    }

    private func next(_ response: Response) throws -> String {
        try #require(response.json["next"] as? String)
    }

    @Test
    func `tokens of places without numbers go on where they stood, have one length, and hold to the key`()
        throws
    {
        let folder = try TemporaryFolder()
        let writer = SQLiteStore(writing: folder.file("audit.db"))
        try writer.put([])
        let service = try TestService(Stream(inner: SQLiteStore(reading: folder.file("audit.db"))))
        let limited = try service.client(systems: ["crm"])
        var tokens = [try next(changes(service.admin)), try next(changes(limited))]
        #expect(changes(service.admin, "after=\(tokens[0])").records.isEmpty)
        var lengths: Set<Int> = []
        for turn in 0..<20 {
            try writer.put([Self.record("b\(turn)"), Self.record("c\(turn)", system: "crm")])
            for (number, client) in [service.admin, limited].enumerated() {
                let answer = changes(client, "after=\(tokens[number])&limit=\(turn % 3 + 1)")
                #expect(answer.status == 200)
                tokens[number] = try next(answer)
                lengths.insert(tokens[number].count)
            }
        }
        #expect(lengths.count == 1)
        #expect(changes(service.admin, "after=\(tokens[1])&limit=1000").records.count <= 40)
        let mine = changes(limited, "after=\(tokens[0])&limit=1000")
        #expect(!mine.text.contains("billing"))
    }

    @Test func `there is no start with what has been forgotten, nor a place`() throws {
        let folder = try TemporaryFolder()
        let writer = SQLiteStore(writing: folder.file("audit.db"))
        try writer.put((0..<5).map { Self.record("\($0)") })
        func service(_ kept: Int64) throws -> TestService {
            try TestService(Stream(inner: SQLiteStore(reading: folder.file("audit.db")), kept: kept))
        }
        let now = try service(0)
        for query in ["after=start", "after=start&wait=20"] {
            let answer = changes(now.admin, query)
            #expect(answer.isProblem(410, "place-gone") && answer.text.contains("24 hours"))
            #expect(!answer.text.contains("after=start has every record"))
        }
        let token = try next(changes(now.admin))
        #expect(changes(now.admin, "after=\(token)").status == 200)
        let later = changes(try service(6).admin, "after=\(token)&wait=20")
        #expect(later.isProblem(410, "place-gone") && later.text.contains("24 hours"))
        #expect(now.service.storeHealth.isAnswering)
        let off = try TestService(
            Stream(inner: SQLiteStore(reading: folder.file("audit.db")), isOff: true))
        #expect(changes(off.admin).isProblem(404, "not-followed") && off.service.storeHealth.isAnswering)
    }
}
