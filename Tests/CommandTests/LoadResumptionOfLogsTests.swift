import AuditRecords
import AuditStores
import Foundation
import Loading
import LogFormats
import Synchronization
import TestSupport
import Testing

@testable import audit_query

/// A load of logs that broke off anywhere goes on where it was, whatever format they are of.
@Suite struct LoadResumptionOfLogsTests {
    /// Three files of auditd's, each of which ends within an event: lines of five events are mixed.
    private static let auditLogs: [String] = {
        var lines: [String] = []
        for first in stride(from: 1, through: 2500, by: 5) {
            for type in ["SYSCALL", "PATH"] {
                for serial in first..<first + 5 {
                    lines.append(
                        "type=\(type) msg=audit(\(1_700_000_000 + serial / 5).000:\(serial)): auid=\(serial)")
                }
            }
        }
        return [lines[..<1703], lines[1703..<3308], lines[3308...]].map { $0.joined(separator: "\n") + "\n" }
    }()
    private static let trail: String = {
        let events = (1...2500).map {
            #"{"eventVersion":"1.08","eventID":"\#($0)","eventName":"n","eventTime":"2024-01-31T10:00:00Z"}"#
        }
        return #"{"Records":[\#(events.joined(separator: ","))]}"#
    }()
    private static let lines: String = (1...2500).map {
        #"{"auditId":"\#($0)","timestamp":"2024-01-31T10:00:00Z","systemId":"s","userId":"u","resourceId":"r"}"#
    }.joined(separator: "\n")

    /// Files of one load.
    enum Logs: CaseIterable { case joined, trails, linesAndTrail }

    private static func texts(_ logs: Logs) -> [String] {
        switch logs {
        case .joined: auditLogs
        case .trails: [trail, trail.replacing("eventID\":\"", with: "eventID\":\"x")]
        case .linesAndTrail: [lines, trail]
        }
    }

    @Test(arguments: Logs.allCases)
    func `what is loaded is the same wherever the store fails, and none of it is stored twice`(
        _ logs: Logs
    ) throws {
        let texts = Self.texts(logs)
        let folder = try TemporaryFolder()
        let files = texts.indices.map { folder.file("log-\($0)") }
        for (text, number) in zip(texts, texts.indices) { try folder.write(text, to: "log-\(number)") }
        let whole = FailingStore(failsAt: nil)
        let counts = try load(files, into: whole).outcome?.counts
        #expect(counts?.refused == 0 && counts?.new == whole.records.count, "\(String(describing: counts))")
        for failure in 0..<whole.putCount {
            let store = FailingStore(failsAt: failure)
            let broken = try load(files, into: store)
            #expect(broken.outcome == nil)
            let position = broken.position
            #expect((position.settledEntries > 0 || position.fileIndex > 0) == (failure > 0), "\(position)")
            let rest = try load(
                Array(files[position.fileIndex...]), skipping: position.settledEntries, into: store)
            #expect(rest.outcome?.unreadCount == 0)
            #expect(store.records == whole.records, "failed at \(failure), \(position)")
            // A batch at most is stored again, and of it nothing was.
            #expect(store.putRecordCount == whole.records.count, "failed at \(failure), \(position)")
        }
    }

    /// Until it could be read, nobody knows how many entries it has.
    @Test func `behind a file of joined logs that could not be read all of them are loaded again`() throws {
        let folder = try TemporaryFolder()
        for (text, number) in zip(Self.auditLogs, 0...) { try folder.write(text, to: "log-\(number)") }
        let files = ["log-0", "none", "log-1", "log-2"].map { folder.file($0) }
        let store = FailingStore(failsAt: 2)
        #expect(try load(files, into: store).position == LoadPosition(areLines: false, storedCount: 2000))
    }

    private func load(
        _ files: [String], skipping skip: Int = 0, into store: FailingStore
    ) throws -> (outcome: FileLoading.Outcome?, position: LoadPosition) {
        let progress = LoadProgress(isShown: false, skipping: skip)
        let report = LoadReport(lines: ToldLines(above: progress), rejects: nil, journal: nil)
        let loading = FileLoading(store: store, progress: progress, report: report, skip: skip)
        do throws(StoreError) {
            return (try loading.load(files), progress.position)
        } catch {
            return (nil, progress.position)
        }
    }
}

/// A store that fails once.
private final class FailingStore: RecordStore {
    private struct State {
        var failsAt: Int?
        var records: [RecordKey: AuditRecord] = [:]
        var putCount = 0
        var putRecordCount = 0
    }

    private let state: Mutex<State>

    init(failsAt: Int?) {
        state = Mutex(State(failsAt: failsAt))
    }

    var records: [RecordKey: AuditRecord] { state.withLock { $0.records } }
    var putCount: Int { state.withLock { $0.putCount } }
    var putRecordCount: Int { state.withLock { $0.putRecordCount } }

    func put(_ records: [AuditRecord]) throws(StoreError) {
        let fails = state.withLock { state in
            guard state.failsAt != state.putCount else {
                state.failsAt = nil
                return true
            }
            state.putCount += 1
            state.putRecordCount += records.count
            for record in records { state.records[record.key] = record }
            return false
        }
        if fails { throw StoreError(.unavailable, "is away") }
    }

    func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
        PartitionRun(records: [], resume: nil)
    }

    func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        state.withLock { state in FetchedRecords(records: keys.map { state.records[$0] }) }
    }

    func fault(of record: AuditRecord) -> String? { nil }

    func probe() throws(StoreError) {}
}
