@testable import QueryService
import Foundation
import Synchronization
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// What one is answered who follows.
@Suite struct ChangesTests {
    /// A service over a file that grows.
    private struct World {
        let folder: TemporaryFolder
        let writer: SQLiteStore
        let service: TestService

        init(clock: ManualClock = ManualClock(), settings: ServiceSettings = .steady) throws {
            folder = try TemporaryFolder()
            writer = SQLiteStore(writing: folder.file("audit.db"))
            try writer.put([])
            service = try TestService(
                SQLiteStore(reading: folder.file("audit.db")), clock: clock, settings: settings)
        }
    }

    private static func record(
        _ id: String, system: Identifier = "billing", attributes: String = "{\"a\":1}"
    ) -> AuditRecord {
        TestRecord.make(
            Identifier(id), at: "2024-02-29T12:00:00Z", system: system, user: "u", resource: "r",
            attributes: attributes)
    }

    private func changes(_ client: Client, _ query: String = "") -> Response {
        client.send("GET", "/v1/changes", query: query)
    }

    private func next(_ response: Response) throws -> String {
        try #require(response.json["next"] as? String)
    }

    @Test func `it begins now, or at the first, and goes on from its token`() throws {
        let world = try World()
        let admin = world.service.admin
        try world.writer.put([Self.record("a")])
        let now = changes(admin)
        #expect(now.status == 200 && now.records.isEmpty && now.json["hasMore"] as? Bool == false)
        #expect(now.header("Cache-Control") == "no-store")
        let all = changes(admin, "after=start")
        #expect(all.auditIds == ["a"])
        #expect((all.json["scope"] as? [String: Any])?["systems"] as? [String] == ["*"])
        try world.writer.put([Self.record("c")])
        try world.writer.put([Self.record("b")])
        for response in [now, all] {
            let later = changes(admin, "after=\(try next(response))")
            #expect(later.auditIds == ["c", "b"] && later.json["stopReason"] as? String == "end")
        }
        let first = changes(admin, "after=start&limit=2")
        #expect(first.auditIds == ["a", "c"] && first.json["hasMore"] as? Bool == true)
        #expect(changes(admin, "limit=1&after=\(try next(first))").auditIds == ["b"])
        #expect(changes(admin, "after=start&filter=auditId%20eq%20%22b%22").auditIds == ["b"])
        #expect(changes(admin, "after=start&userId=nobody").records.isEmpty)
    }

    @Test(arguments: [
        ("after=", ["after"]), ("after=AAAA", ["after"]), ("wait=26", ["wait"]), ("wait=-1", ["wait"]),
        ("wait=x", ["wait"]), ("limit=0&order=asc", ["order", "limit"]),
        ("after=start&after=start", ["after"]),
        ("filter=a&search=x", ["filter", "search"]),
    ])
    func `every wrong parameter is named`(_ query: String, _ faulty: [String]) throws {
        let response = changes(try World().service.admin, query)
        #expect(response.isProblem(400, "invalid-parameters"))
        #expect(response.faultyParameters == faulty, "\(response.text)")
    }

    @Test func `tokens have one length, are never equal, open on every host, and no cursor is one`() throws {
        let world = try World()
        let admin = world.service.admin
        let empty = try next(changes(admin, "after=start"))
        #expect(try next(changes(admin, "after=start")) != empty)
        try world.writer.put((0..<300).map { Self.record("\($0)") })
        let page = changes(admin, "after=start&limit=1000")
        #expect(try next(page).count == empty.count)
        let host = try TestService(SQLiteStore(reading: world.folder.file("audit.db")))
        #expect(changes(host.admin, "after=\(empty)&limit=1000").records.count == 300)
        let other = try TestService(
            SQLiteStore(reading: world.folder.file("audit.db")), secret: Array(repeating: 2, count: 32))
        #expect(changes(other.admin, "after=\(empty)").isProblem(400))
        let cursor = try #require(admin.records("userId=u").nextCursor)
        #expect(changes(admin, "after=\(cursor)").faultyParameters == ["after"])
        #expect(admin.records("cursor=\(empty)").faultyParameters == ["cursor"])
    }

    @Test func `a place that the store does not keep is 410, never another place`() throws {
        let world = try World()
        try world.writer.put((0..<5).map { Self.record("\($0)") })
        let token = try next(changes(world.service.admin, "after=start"))
        // Another store, and a copy of the same from before.
        let other = try World()
        try other.writer.put((0..<9).map { Self.record("\($0)") })
        let gone = changes(other.service.admin, "after=\(token)&wait=25")
        #expect(gone.isProblem(410, "place-gone"))
        #expect(gone.text.contains("another store") && gone.text.contains("after=start"))
        #expect(other.service.service.storeHealth.isAnswering)
    }

    @Test func `a store that keeps no order is 404, and a key without rights is refused before it waits`()
        throws
    {
        let service = try TestService(NaiveStore([]))
        #expect(changes(service.admin, "wait=5").isProblem(404, "not-followed"))
        let world = try World()
        let limited = try world.service.client(systems: ["billing"])
        #expect(changes(limited, "systemId=crm&wait=20").isProblem(403, "forbidden"))
        #expect(limited.send("POST", "/v1/changes").isProblem(405))
        let waiting = waits(limited, "systemId=crm&wait=20")
        #expect(waiting == nil)
    }

    // MARK: Waiting

    private func handling(_ client: Client, _ query: String) -> Handling {
        client.service.handle(
            Request(
                method: "GET", path: "/v1/changes", query: Array(query.utf8), apiKey: client.secret,
                id: "request-1", received: client.clock.steady))
    }

    private func waits(_ client: Client, _ query: String) -> WaitingRequest? {
        guard case .waits(let waiting) = handling(client, query) else { return nil }
        return waiting
    }

    @Test func `who would wait at the start is told of the first record too`() throws {
        let world = try World()
        try world.writer.put([Self.record("a")])
        try world.writer.put([Self.record("b")])
        for query in ["after=start&wait=9", "after=start&wait=9&filter=a%20eq%201"] {
            guard case .answered(let answer) = handling(world.service.admin, query) else {
                return _ = Issue.record("it waits")
            }
            #expect(answer.auditIds == ["a", "b"])
        }
    }

    @Test func `whoever has nothing waits, looks again, and is answered with what came`() throws {
        let world = try World()
        let (service, admin) = (world.service.service, world.service.admin)
        try world.writer.put([Self.record("before")])
        #expect(waits(admin, "wait=0") == nil)
        guard case .answered(let first) = handling(admin, "after=start&wait=9") else {
            return _ = Issue.record("there is something at once")
        }
        #expect(first.auditIds == ["before"], "the very first one too")
        let waiting = try #require(waits(admin, "wait=20"))
        #expect(waiting.mark == service.arrivalMark())
        #expect(waiting.deadline == world.service.clock.steady + .seconds(20))
        guard case .waits = service.look(again: waiting) else { return _ = Issue.record("nothing has come") }
        try world.writer.put([Self.record("came")])
        #expect(service.arrivalMark() != waiting.mark)
        guard case .answered(let response) = service.look(again: waiting) else {
            return _ = Issue.record("something has come")
        }
        #expect(response.auditIds == ["came"])
        let over = service.end(try #require(waits(admin, "wait=20")))
        #expect(over.status == 200 && over.records.isEmpty)
    }

    @Test func `what a key may not see wakes it for no answer, and a key that is revoked meanwhile is 401`()
        throws
    {
        let world = try World()
        let service = world.service.service
        let limited = try world.service.client(systems: ["billing"])
        let waiting = try #require(waits(limited, "wait=20"))
        try world.writer.put([Self.record("a", system: "payroll")])
        guard case .waits(let again) = service.look(again: waiting) else {
            return _ = Issue.record("it tells of another's record")
        }
        #expect(again.deadline == waiting.deadline && again.mark != waiting.mark)
        _ = try world.service.keyFile.revoke(id: limited.id, now: world.service.clock.wall)
        _ = try world.service.keys.reload(force: true)
        #expect(service.end(again).isProblem(401))
        guard case .answered(let refused) = service.look(again: again) else {
            return _ = Issue.record("it waits without a key")
        }
        #expect(refused.isProblem(401))
    }

    @Test
    func
        `however many wait, the store is read once for all of them, and then by whom there is something for`()
        throws
    {
        let folder = try TemporaryFolder()
        let writer = SQLiteStore(writing: folder.file("audit.db"))
        try writer.put([])
        let store = CountedStore(inner: SQLiteStore(reading: folder.file("audit.db")))
        let world = try TestService(store)
        let service = world.service
        let systems = ["crm", "payroll", "billing"]
        var guests = try (0..<30).map { number in
            try #require(waits(try world.client(systems: [systems[number % 3]]), "wait=20&filter=a%20eq%201"))
        }
        _ = service.arrivalMark()
        for turn in 0..<3 {
            try writer.put([
                Self.record("\(turn)", system: "other"), Self.record("\(turn)", attributes: "{\"a\":2}"),
            ])
            let mark = service.arrivalMark()
            let read = store.reads.load(ordering: .relaxed)
            for (index, guest) in guests.enumerated() {
                guard case .waits(let again) = service.look(again: guest) else {
                    return _ = Issue.record("there is nothing for it")
                }
                #expect(again.mark == mark && again.deadline == guest.deadline)
                guests[index] = again
            }
            #expect(store.reads.load(ordering: .relaxed) == read, "each has read by itself")
        }
        let blind = try #require(
            waits(try world.client(systems: ["*"], hidden: ["a"]), "wait=20&filter=not%20(a%20pr)"))
        try writer.put([Self.record("came")])
        _ = service.arrivalMark()
        if case .waits = service.look(again: blind) { Issue.record("it is judged by what it may not see") }
        for (number, guest) in guests.enumerated() {
            guard case .answered(let response) = service.look(again: guest) else {
                #expect(systems[number % 3] != "billing")
                continue
            }
            #expect(response.auditIds == ["came"] && systems[number % 3] == "billing")
        }
    }

    @Test(arguments: [(StoreDoubt.Cause.standby, "standby"), (.primaryAlone, "primary-alone")])
    func `what may lack something says so to who follows, also to who has waited`(
        _ cause: StoreDoubt.Cause, _ detail: String
    ) throws {
        let folder = try TemporaryFolder()
        let writer = SQLiteStore(writing: folder.file("audit.db"))
        try writer.put([Self.record("a")])
        let store = CountedStore(inner: SQLiteStore(reading: folder.file("audit.db")))
        let world = try TestService(store)
        #expect(changes(world.admin, "after=start").header("Cache-Status") == "audit-query; fwd=miss")
        store.doubt.withLock { $0 = StoreDoubt(cause, known: world.clock.steady - .seconds(40)) }
        let waiting = try #require(waits(world.admin, "wait=20"))
        for response in [changes(world.admin, "after=start"), world.service.end(waiting)] {
            #expect(response.header("Cache-Status") == "audit-query; fwd=miss; detail=\(detail)")
            #expect(response.header("Age") == "40" && response.header("Cache-Control") == "no-store")
        }
    }

    @Test func `the time that it waits is not the service's, and a wait ends before the deadline`() throws {
        var settings = ServiceSettings.steady
        settings.deadline = .seconds(6)
        let world = try World(settings: settings)
        let waiting = try #require(waits(world.service.admin, "wait=25"))
        #expect(waiting.deadline == world.service.clock.steady + .seconds(5))
        world.service.clock.advance(by: .seconds(5))
        let response = world.service.service.end(waiting)
        #expect(response.status == 200)
        guard case .answered = world.service.service.look(again: waiting) else {
            return _ = Issue.record("it waits for ever")
        }
    }
}

/// A store that counts how often its order of arrival is read, and may lack something.
private final class CountedStore: FollowedStore {
    let inner: SQLiteStore
    let reads = Atomic<Int>(0)
    /// Why what it gives may lack something.
    let doubt = Mutex<StoreDoubt?>(nil)

    init(inner: SQLiteStore) { self.inner = inner }

    func arrivalEnd(deadline: ContinuousClock.Instant) throws(StoreError) -> ArrivalPlace {
        try inner.arrivalEnd(deadline: deadline)
    }

    func arrivals(_ read: ArrivalRead) throws(StoreError) -> Arrivals {
        reads.add(1, ordering: .relaxed)
        guard case .run(var run) = try inner.arrivals(read) else { return .lost(.ahead) }
        run.doubt = doubt.withLock { $0 }
        return .run(run)
    }

    func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun { try inner.read(read) }

    func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        try inner.fetch(keys, budget: budget)
    }

    func put(_ records: [AuditRecord]) throws(StoreError) { try inner.put(records) }

    func probe() throws(StoreError) { try inner.probe() }
}
