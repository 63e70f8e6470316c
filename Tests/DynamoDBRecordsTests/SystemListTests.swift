// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Synchronization
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance
@testable import DynamoDBRecords
@testable import DynamoDBStandIns
@testable import JSONBytes

/// The list of systems that a table's writers keep in it.
@Suite(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct SystemListTests {
    private static let start = TestRecord.instant("2024-01-31T10:00:00Z")

    private func records(_ systems: [Identifier]) -> [AuditRecord] {
        systems.enumerated().map { number, system in
            TestRecord.make(
                Identifier("id-\(number)"), at: Self.start.advanced(bySeconds: Int64(number)), system: system,
                attributes: "{}")
        }
    }

    private func day(_ scope: SystemScope = .all) -> PartitionRead {
        PartitionRead(
            partition: .day(Self.start.day), range: TimeRange(start: nil, end: nil), order: .ascending,
            after: nil, restriction: Restriction(scope: scope), limit: 2000, budget: .ample)
    }

    /// What the list of a table says.
    private func contents(_ table: MotoTable.Made) throws -> SystemList.Contents {
        try SystemList(table: table.name, client: table.client).contents(
            most: 2000, deadline: .now + .seconds(60))
    }

    @Test
    func
        `a writer lists each system before its records, and no reader believes a list that nobody called complete`()
        throws
    {
        let table = try MotoTable.made("listed", at: MotoServer.shared().url)
        let systems: [Identifier] = ["billing", "a#b", "zoë/ 1", "crm"]
        try table.store().put(records(systems))
        #expect(try contents(table) == SystemList.Contents(systems: Set(systems)))
        let reader = table.store()
        #expect(!reader.knowsSystems(in: .all) && reader.knowsSystems(in: SystemScope(patterns: ["crm"])))
        #expect(throws: StoreError.self) { try reader.read(day()) }
        #expect(try reader.names(NameRead(kind: .system, limit: 10, deadline: .now + .seconds(60))) == nil)

        try SystemList(table: table.name, client: table.client).add([], completing: true)
        let later = table.store()
        #expect(later.knowsSystems(in: .all))
        #expect(try later.read(day()).records == records(systems))
        #expect(try later.read(day(SystemScope(patterns: ["a*"]))).records.map(\.key.systemId) == ["a#b"])
        let names = try later.names(NameRead(kind: .system, limit: 10, deadline: .now + .seconds(60)))
        #expect(names?.names == systems.sorted())
    }

    @Test func `two writers at once list what both write, each once, and many systems take many pages`()
        throws
    {
        let table = try MotoTable.made("crowded", at: MotoServer.shared().url)
        let long = String(repeating: "x", count: 1000)
        let systems = (0..<1200).map { Identifier("\($0)-\(long)") }
        let stores = [table.store(), table.store()]
        let faults = Mutex<[StoreError]>([])
        onThreads(2) { writer in
            let own = records(writer == 0 ? Array(systems[..<700]) : Array(systems[500...]))
            do throws(StoreError) { try stores[writer].put(own) } catch {
                faults.withLock { $0.append(error) }
            }
        }
        #expect(faults.withLock { $0 }.isEmpty)
        #expect(try contents(table).systems == Set(systems))
        // More than can be asked at once are no help.
        try SystemList(table: table.name, client: table.client).add([], completing: true)
        #expect(!table.store().knowsSystems(in: .all))
        let cut = try SystemList(table: table.name, client: table.client).contents(
            most: 10, deadline: .now + .seconds(60))
        #expect(cut.isCut && cut.isComplete)
    }

    @Test func `a scan takes the list for no record, and finds the systems that are missing there`() throws {
        let table = try MotoTable.made("scanned", at: MotoServer.shared().url)
        try table.store().put(records(["billing", "crm"]))
        let scan = TableScan(table: table.name, client: table.client, segments: 1, rate: 100_000)
        let found = try scan.run { fault in
            Issue.record("\(fault)")
        } onProgress: { _ in
        }
        #expect(found.systems == ["billing", "crm"] && found.faultCount == 0 && found.itemCount == 4)
        #expect(found.list == SystemList.Contents(systems: ["billing", "crm"]))
    }

    @Test func `a list that cannot be read is an error, and an old one serves for a minute`() throws {
        let clock = Mutex(ContinuousClock.now)
        let answers = Mutex<[Result<SystemList.Contents, StoreError>]>([])
        let asked = Mutex(0)
        let listed = ListedSystems { _ throws(StoreError) in
            asked.withLock { $0 += 1 }
            return try answers.withLock { $0.removeFirst() }.get()
        } now: {
            clock.withLock { $0 }
        }
        func pass(_ seconds: Int) { clock.withLock { $0 += .seconds(seconds) } }
        let down = StoreError(.unavailable, "down")
        answers.withLock {
            $0 = [
                .failure(down), .success(.init(systems: ["a"], isComplete: true)), .failure(down),
                .success(.init(systems: ["a", "b"], isComplete: true)), .failure(down),
            ]
        }
        #expect(throws: StoreError.self) { try listed.systems() }
        #expect(try listed.systems() == ["a"])
        pass(29)
        #expect(try listed.systems() == ["a"] && asked.withLock { $0 } == 2)
        pass(2)
        #expect(try listed.systems() == ["a"] && asked.withLock { $0 } == 3)
        #expect(try listed.systems() == ["a", "b"] && asked.withLock { $0 } == 4)
        pass(61)
        #expect(throws: StoreError.self) { try listed.systems() }
    }

    @Test func `those who wait for a list that cannot be read are told together`() throws {
        let barrier = Barrier()
        let asked = Mutex(0)
        let listed = ListedSystems { _ throws(StoreError) in
            asked.withLock { $0 += 1 }
            barrier.wait()
            throw StoreError(.unavailable, "down")
        }
        let waiting = (0..<5).map { _ in Running { Result { try listed.systems() } } }
        #expect(waiting.allSatisfy { $0.comesToWait })
        barrier.open()
        for thread in waiting {
            let result = try #require(thread.result())
            #expect(throws: StoreError.self) { try result.get() }
        }
        #expect(asked.withLock { $0 } == 1)
    }
}
