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
        #expect(limit == 512 << 20)
        let shared = program + packing + cache + settings.service.answerByteLimit + threads
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

    /// Large answers of DynamoDB, small ones as they come and are read, and connections.
    private var dynamodb: Int {
        let askers = settings.service.storeLimit + 32
        return BodyRoom.capacity + askers * (3 * AnswerCollector.unasked + 72 * kibibyte)
    }

    private func memoryLimit() throws -> Int {
        let unit = try String(
            contentsOfFile: "\(Place.package)/systemd/audit-query@.service", encoding: .utf8)
        let line = try #require(unit.split(separator: "\n").first { $0.hasPrefix("MemoryMax=") })
        return try #require(Int(line.dropFirst("MemoryMax=".count).dropLast())) << 20
    }
}
