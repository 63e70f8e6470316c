// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Foundation
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance
@testable import Threads

/// Reads that go through very many rows: their threads let others go first meanwhile, and are as before then.
@Suite(
    .enabled(
        if: SchedulingPolicy.comesBack.wait(),
        "no thread may come back here: it takes RLIMIT_NICE or CAP_SYS_NICE"))
struct WalkingReadTests {
    let folder = try! TemporaryFolder()
    private var path: String { folder.file("audit.db") }

    /// A day of records that are alike, and before it another one of which each is in a group of its own.
    private func fill() throws {
        let last = TestRecord.instant("2024-02-29T12:00:00Z")
        let records = (0..<30_000).map { number in
            let isLate = number < 18_000
            return TestRecord.make(
                Identifier("id-\(number)"),
                at: last.advanced(bySeconds: isLate ? -Int64(number % 3600) : -90_000 - Int64(number % 3600)),
                system: "s", attributes: isLate ? "{\"n\":0}" : "{\"n\":\(number)}")
        }
        try SQLiteStore(writing: path).put(records)
    }

    /// Has a thread of its own read again and again until it was seen to be behind, and returns what it was behind the reads.
    private func policies(
        behind read: @escaping @Sendable (PageReader) -> Void
    ) throws -> Set<SchedulingPolicy?> {
        let reader = PageReader(store: SQLiteStore(reading: path, readers: 1), now: { .now })
        let (thread, isEnough, behind) = (Latch<String>(), Locked(false), Latch<Set<SchedulingPolicy?>>())
        Thread {
            thread.set(currentThread())
            var found: Set<SchedulingPolicy?> = []
            while !isEnough.withLock({ $0 }) {
                read(reader)
                found.insert(SchedulingPolicy.current)
            }
            behind.set(found)
        }.start()
        let number = thread.wait()
        let isSeen = Result {
            try eventually("thread \(number) is idle") { try Self.policy(of: number) == .idle }
        }
        isEnough.withLock { $0 = true }
        let found = behind.wait()
        try isSeen.get()
        return found
    }

    /// What the kernel says of a thread (proc_pid_stat(5)): its field 41, where the second one ends with the last bracket.
    private static func policy(of thread: String) throws -> SchedulingPolicy? {
        let text = try String(contentsOfFile: "/proc/self/task/\(thread)/stat", encoding: .utf8)
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        return fields.count > 39 ? Int32(fields[39]).flatMap(SchedulingPolicy.init(rawValue:)) : nil
    }

    private static func query(_ filter: String) throws -> RecordQuery {
        RecordQuery(
            systemId: "s", filter: try RecordFilter(Array(filter.utf8)),
            range: TimeRange(
                start: TestRecord.instant("2024-02-28T00:00:00Z"),
                end: TestRecord.instant("2024-03-01T00:00:00Z")))
    }

    @Test func `a count of rows`() throws {
        try fill()
        let question = CountQuery(try Self.query("none pr"))
        let behind = try policies { reader in
            let part = try? reader.part(of: question, scope: .all, budget: .ample)
            #expect(part?.tally.count == 0 && part?.looked == 30_000)
        }
        #expect(behind == [.usual])
    }

    @Test func `a count that fails when it has walked for a while`() throws {
        try fill()
        let question = CountQuery(RecordQuery(systemId: "s"), by: [.attribute(try AttributePath("n"))])
        let behind = try policies { reader in
            #expect(throws: StoreError.self) {
                try reader.part(of: question, scope: .all, budget: .ample)
            }
        }
        #expect(behind == [.usual])
    }

    @Test func `a page for which rows are left out`() throws {
        try fill()
        let query = try Self.query("none pr")
        let behind = try policies { reader in
            let page = try? reader.page(of: query, scope: .all, budget: .ample)
            #expect(page?.records == [] && page?.stop == .end)
        }
        #expect(behind == [.usual])
    }
}
