import DemoData
import Foundation
import RecordForms
import TestSupport
import Testing

@testable import AuditRecords
@testable import Files
@testable import Forwarding
@testable import StoreConformance

/// Whatever fails and whenever the process ends: each record is with the far end or among the dead letters, in order.
@Suite struct ForwardRunTests {
    private struct Killed: Error {}

    /// A store's order of arrival: records by their number, which grows while it is read.
    private final class Source {
        private(set) var ids: [Identifier] = []
        private var limit = 0
        var random: SplitMix64

        init(_ random: SplitMix64) { self.random = random }

        func grow(by count: Int) { ids += (0..<count).map { Identifier("\(ids.count + $0)") } }

        func read(after place: String) throws(ForwardSourceError) -> ForwardedRun {
            if random.once(in: 8) { throw .unavailable("the store is locked") }
            let start = Int(place) ?? 0
            let end = min(ids.count, start + random.number(in: 1...5))
            let records = (start..<end).compactMap { index -> (AuditRecord, String)? in
                // Some do not match a filter, and their places are passed.
                guard index % 7 != 3 else { return nil }
                return (TestRecord.make(ids[index], at: "2024-02-29T12:00:00Z"), "\(index + 1)")
            }
            return ForwardedRun(
                records: records.map { (record: $0.0, place: $0.1) }, end: "\(end)", isAtEnd: end == ids.count
            )
        }

        var matching: [Identifier] { ids.enumerated().filter { $0.offset % 7 != 3 }.map(\.element) }
    }

    /// The ids of a file of dead letters.
    private func buried(_ path: String) -> [Identifier] {
        let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        return Forwarded.ids(text).map { Identifier("\($0)") }
    }

    @Test func `nothing is left out, and the order is kept, whatever fails and is killed`() throws {
        let folder = try TemporaryFolder()
        forAll(cases: 150) { random in
            let (path, dead) = (folder.file("checkpoint"), folder.file("dead"))
            for file in [path, dead] { try? FileManager.default.removeItem(atPath: file) }
            let refused = Set((0..<60).filter { _ in random.once(in: 12) }.map { Identifier("\($0)") })
            let far = ModelFarEnd(&random, refused: refused)
            let source = Source(random.fork())
            for life in 0..<8 {
                source.grow(by: random.number(below: 10))
                // The last life is without failures, so that it ends.
                let isLast = life == 7
                if isLast { far.failsOnceIn = .max }
                var (looks, waits) = (isLast ? 10_000 : random.number(below: 30), 0)
                let checkpoint =
                    try ForwardCheckpoint.read(path, of: far.name)
                    ?? ForwardCheckpoint(farEnd: far.name, place: "0")
                var run = ForwardRun(
                    to: far, try .opened(dead, limit: 1 << 20), from: checkpoint, at: path,
                    batch: { ForwardedBatch(RecordFormWriter(.json, version: "1")) },
                    .init(
                        read: { place throws(ForwardSourceError) in
                            looks -= 1
                            // As a process that is killed: whatever is done, nothing more is.
                            if looks < 0 { throw .lost(ForwardFault("killed")) }
                            return try source.read(after: place)
                        },
                        visible: { record throws(ForwardFault) in record.attributes },
                        // What is sent for ever fails the test.
                        isStopped: { _ in
                            waits += 1
                            return waits > 10_000
                        },
                        tell: { _ in }))
                do {
                    try run.run(once: true)
                } catch let fault as ForwardFault where fault.description == "killed" {}
                // The connection ends with the process.
                if !far.keepsWhatWasSent { far.lose() } else { try? far.settle() }
            }
            var seen: Set<Identifier> = []
            let firsts = far.kept.filter { seen.insert($0).inserted }
            let expected = source.matching.filter { !refused.contains($0) }
            try require(firsts == expected, "kept \(firsts) of \(expected)")
            let letters = Set(buried(dead))
            try require(
                letters == refused.intersection(source.matching),
                "dead letters \(letters), refused \(refused)")
        }
    }

    @Test func `a far end that knows batches by their records gets equal ones again`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("checkpoint")
        let records = (0..<9).map { TestRecord.make(Identifier("\($0)"), at: "2024-02-29T12:00:00Z") }
        let far = EqualBatches()
        // The second life would read more at once.
        for (life, most) in [4, 9].enumerated() {
            let checkpoint =
                try ForwardCheckpoint.read(path, of: far.name)
                ?? ForwardCheckpoint(farEnd: far.name, place: "0")
            var (turns, waits) = (0, 0)
            var run = ForwardRun(
                to: far, nil, from: checkpoint, at: path,
                batch: { ForwardedBatch(RecordFormWriter(.json, version: "1")) },
                .init(
                    read: { place throws(ForwardSourceError) in
                        let start = Int(place) ?? 0
                        let end = min(records.count, start + most)
                        return ForwardedRun(
                            records: (start..<end).map { (records[$0], "\($0 + 1)") }, end: "\(end)",
                            isAtEnd: end == records.count)
                    },
                    visible: { record throws(ForwardFault) in record.attributes },
                    isStopped: { wait in
                        turns += 1
                        if wait > .zero { waits += 1 }
                        // What is sent for ever fails the test.
                        return life == 0 && waits > 1 || turns > 10_000
                    },
                    tell: { _ in }))
            far.isAway = life == 0
            try run.run(once: true)
        }
        #expect(far.batches == [[0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3], [4, 5, 6, 7, 8]])
    }

    private final class EqualBatches: FarEnd {
        let (name, isSettled, settleInterval) = ("equal", true, Duration.zero)
        let (keepsWhatWasSent, needsEqualBatches) = (true, true)
        var isAway = false
        var batches: [[Int]] = []

        func send(_ batch: borrowing ForwardedBatch, _ range: Range<Int>) throws(FarEndError) {
            var ids: [Int] = []
            for index in range { ids.append(Int(batch.keys[index].auditId.description) ?? -1) }
            batches.append(ids)
            if isAway { throw .unavailable("away") }
        }

        func settle() {}
    }

    @Test func `a checkpoint of another far end, of another version, or of nothing is refused`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("checkpoint")
        #expect(try ForwardCheckpoint.read(path, of: "file:/a") == nil)
        try ForwardCheckpoint(farEnd: "file:/a", place: "7").write(to: path)
        #expect(try ForwardCheckpoint.read(path, of: "file:/a")?.place == "7")
        #expect(throws: ForwardFault.self) { try ForwardCheckpoint.read(path, of: "file:/b") }
        for text in ["", "{}", #"{"version":2,"farEnd":"file:/a","place":"7"}"#] {
            try folder.write(text, to: "checkpoint")
            #expect(throws: ForwardFault.self) { try ForwardCheckpoint.read(path, of: "file:/a") }
        }
    }
}
