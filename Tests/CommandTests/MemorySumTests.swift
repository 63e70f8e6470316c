@testable import QueryService
import Foundation
@testable import HTTPClient
import TestSupport
import Testing
@testable import audit_query
@testable import LogFormats
@testable import DynamoDBRecords
@testable import AuditStores

/// Everything that a worker may hold at once fits into the memory that its unit has.
@Suite struct MemorySumTests {
    private let settings: Settings
    private let kibibyte = 1024

    init() throws {
        settings = try Settings.load(
            nil, environment: ["AUDIT_QUERY_STORE_KIND": "sqlite"])
    }

    @Test func `the sum of the bounds is below the memory limit of the unit, with each store`() throws {
        let limit = try memoryLimit()
        #expect(limit == 576 << 20 && PoolSettings().memory == "\(limit >> 20)M")
        let shared =
            program + packing + cache + settings.service.answerByteLimit + threads + RecentArrivals.capacity
        #expect(shared + sqlite < limit, "\((shared + sqlite) >> 20) MiB over SQLite")
        #expect(shared + dynamodb < limit, "\((shared + dynamodb) >> 20) MiB over DynamoDB")
    }

    /// Code and libraries, keys, statements, metrics: measured.
    private let program = 40 << 20

    /// Of each of eight threads that compress at once at most, as libdeflate 1.14 has it.
    private let packing = 8 * 205_456

    /// What is kept, and as much again that was dropped while it is on its way to somebody.
    private var cache: Int { 2 * settings.service.cacheByteLimit }

    /// Stacks as far as they are used, buffers, and the small answers for which nobody is asked: records and a body of
    /// those who read the store, a body of all others.
    private var threads: Int {
        let unasked = AnswerMemory.Limits(reserved: 0).unasked
        let readers = settings.service.storeLimit + settings.service.refreshLimit
        return settings.threads * (unasked + 32 * kibibyte) + readers * unasked
    }

    /// Page caches, and the largest row: as SQLite has it, and as a record.
    private var sqlite: Int { 8 * ((2 << 20) + 2 * LineSplitter.maximumLineByteCount) }

    /// Large answers of DynamoDB, small ones as they come and are read, connections, helpers' stacks, and what is held of the table's
    /// stream.
    private var dynamodb: Int {
        let askers = settings.service.storeLimit + helpers
        return BodyRoom.capacity + askers * (3 * AnswerCollector.unasked + 72 * kibibyte)
            + helpers * 32 * kibibyte + StreamReader.capacity
    }

    /// Threads of a store in DynamoDB beside those of the requests.
    private let helpers = DynamoDBStore.mostReaders + StreamReader.mostReaders

    @Test func `the unit lets a worker have all its threads, as many as may be configured`() throws {
        // Those that answer who waits, refresh, watch, report and look at files; measured, twice.
        let others = 100
        #expect(10_000 + helpers + others < (try #require(Int(try line("TasksMax=")))))
        #expect(throws: SettingsError.self) {
            try Settings.load(
                nil, environment: ["AUDIT_QUERY_STORE_KIND": "sqlite", "AUDIT_QUERY_WORKER_THREADS": "10001"])
        }
    }

    private func memoryLimit() throws -> Int {
        try #require(Int(try line("MemoryMax=").dropLast())) << 20
    }

    /// What the unit says of a key.
    private func line(_ key: String) throws -> Substring {
        let unit = try String(
            contentsOfFile: "\(Place.package)/systemd/audit-query@.service", encoding: .utf8)
        return try #require(unit.split(separator: "\n").first { $0.hasPrefix(key) }).dropFirst(key.count)
    }
}
