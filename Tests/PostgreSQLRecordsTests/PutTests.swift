import DemoData
import PostgreSQL
import PostgreSQLStandIns
import Synchronization
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import PostgreSQLRecords
@testable import StoreConformance

@Suite struct PutTests {
    private static func records(_ range: Range<Int>, user: Identifier = "user") -> [AuditRecord] {
        range.map {
            TestRecord.make(Identifier("id-\($0)"), at: Timestamp(seconds: Int64($0) * 40_000), user: user)
        }
    }

    @Test func `attributes are kept byte for byte`() throws {
        let store = try TestDatabase().store(.write)
        let texts = [
            "{}", "{ \"a\" : 1.0e+2 , \"b\":12345678901234567890123456789.50 }", "{\"b\":1,\"a\":2}",
            "{\"n\":\"\\u0000\\ud83d\\ude00\\/é\"}", "{\"e\\u0301\":-0.0}",
            "{\"x\":\"\(String(repeating: "long ", count: 50_000))\"}",
        ]
        let records = texts.enumerated().map { index, text in
            TestRecord.make(Identifier("t\(index)"), at: Timestamp(seconds: Int64(index)), attributes: text)
        }
        try store.put(records)
        #expect(try store.fetch(records.map(\.key), budget: .ample).records == records)
    }

    @Test func `numbers of arrival have no gaps, and what is written again comes anew`() throws {
        let database = try TestDatabase()
        let store = try database.store(.write)
        try store.put(Self.records(0..<10))
        try store.put(Self.records(5..<8, user: "other"))
        // A transaction that fails takes no numbers.
        let broken = TestRecord.make("x", at: Timestamp(seconds: 1), attributes: "{\"a\":")
        #expect(throws: StoreError.self) { try store.put(Self.records(20..<30) + [broken]) }
        try store.put(Self.records(10..<12))
        let numbers = try database.texts(
            "SELECT arrival::text FROM audit_query.records ORDER BY records.arrival")
        #expect(numbers == ([1...5, 9...15] as [ClosedRange<Int>]).flatMap { $0.map(String.init) })
    }

    @Test func `what is removed is gone by every index, and neither what came since nor its numbers`() throws
    {
        let database = try TestDatabase()
        let writer = try database.store(.write)
        let remover = PostgreSQLStore(
            try ConnectionSettings(database.connection(user: "remover")), connections: 1, for: .write)
        forAll(cases: 4) { random in
            try database.empty()
            var rounds = Rounds(random: random.fork())
            rounds.size = (60, 4)
            try rounds.fill(writer)
            let gone = rounds.some(&random)
            let mark = try remover.removalMark(deadline: .now + .seconds(10))
            // Written again since, as whatever it says.
            let renewed = gone.filter { _ in random.once(in: 3) }
            try writer.put(renewed)
            let kept = Set(renewed.map { StoredKey($0.key) })
            let removed = gone.filter { !kept.contains(StoredKey($0.key)) }
            try require(try remover.remove(gone, before: mark) == removed.count, "\(gone)")
            try require(try remover.remove(gone, before: mark) == 0, "again")
            rounds.remove(removed)
            // Before questions are asked: while some of them are, more records come.
            let last = try remover.removalMark(deadline: .now + .seconds(10))
            try require(last == mark + Int64(renewed.count), "numbers are given anew")
            try rounds.ask(writer, writer: writer)
        }
    }

    @Test func `an error of a batch says that it is refused, and what is in it stays out of the error`()
        throws
    {
        let store = try TestDatabase().store(.write)
        let broken = TestRecord.make(
            "x", at: Timestamp(seconds: 1), user: "SECRET", attributes: "{\"SECRET\":")
        let error = #expect(throws: StoreError.self) { try store.put([broken]) }
        #expect(error?.code == .refused)
        #expect(error?.description.contains("SECRET") == false)
    }

    @Test func `ids that no index has room for are a fault, and the longest others are kept`() throws {
        let store = try TestDatabase().store(.write)
        func record(_ count: Int) -> AuditRecord {
            // Nothing that the server could compress.
            var random = SplitMix64(seed: UInt64(count))
            func id(_ count: Int) -> Identifier {
                Identifier((0..<count).map { _ in UInt8(random.number(in: 33...126)) })
            }
            return TestRecord.make(
                id(1000), at: Timestamp(seconds: 1), system: id(800), user: id(count - 1800), resource: id(9))
        }
        #expect(store.fault(of: record(2600)) == nil)
        try store.put([record(2600)])
        #expect(store.fault(of: record(2601))?.contains("2601 bytes") == true)
    }

    @Test func `two loaders at once leave each record once`() throws {
        let database = try TestDatabase()
        let stores = [try database.store(.write), try database.store(.write)]
        let failures = Mutex<[String]>([])
        onThreads(4) { thread in
            for round in 0..<5 {
                do {
                    let first = round * 50
                    try stores[thread % 2].put(Self.records(first..<first + 100).shuffled())
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(try database.number("SELECT count(*) FROM audit_query.records") == 300)
        #expect(try database.number("SELECT last FROM audit_query.arrival") == 2000)
        #expect(try database.number("SELECT count(DISTINCT arrival) FROM audit_query.records") == 300)
    }
}
