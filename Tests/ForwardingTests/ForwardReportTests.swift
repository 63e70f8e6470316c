import RecordForms
import TestSupport
import Testing

@testable import AuditRecords
@testable import Forwarding
@testable import StoreConformance

/// What a forwarder tells of itself is how it is, also while it fails and when it has ended.
@Suite struct ForwardReportTests {
    /// Takes all, or nothing while it is away; settles as it is told.
    private final class Far: FarEnd {
        let (name, settleInterval) = ("far", Duration.zero)
        let (keepsWhatWasSent, needsEqualBatches) = (true, false)
        var (isAway, isSettled) = (false, true)
        var refused: Set<Identifier> = []

        func send(_ batch: borrowing ForwardedBatch, _ range: Range<Int>) throws(FarEndError) {
            if isAway { throw .unavailable("is away") }
            for index in range where refused.contains(batch.keys[index].auditId) {
                throw .refused(.one(index, reason: "is refused"))
            }
            isSettled = false
        }

        func settle() throws(FarEndError) {
            if isAway { throw .unavailable("is away") }
            isSettled = true
        }
    }

    private final class World {
        let folder: TemporaryFolder
        let far = Far()
        var (count, clock, looks) = (0, 1000 as Int64, 10_000)
        /// Called at each look.
        var onLook: (World) -> Void = { _ in }
        /// Called at each wait.
        var onWait: (World) -> Void = { _ in }

        init() throws { folder = try TemporaryFolder() }

        var path: String { folder.file("siem.json") }

        func run(once: Bool = true) throws -> ForwardState {
            let letters = try DeadLetters.opened(path + ".refused", limit: 1 << 20)
            let checkpoint =
                try ForwardCheckpoint.read(path, of: far.name)
                ?? ForwardCheckpoint(farEnd: far.name, place: "0")
            let report = ForwardReport(
                besides: path, of: far.name, refused: letters.total, wall: { self.clock })
            var run = ForwardRun(
                to: far, letters, from: checkpoint, at: path, report: report,
                batch: { ForwardedBatch(RecordFormWriter(.json, version: "1")) },
                .init(
                    read: { place throws(ForwardSourceError) in
                        self.onLook(self)
                        let start = Int(place) ?? 0
                        let records = (start..<self.count).map {
                            (
                                record: TestRecord.make(Identifier("\($0)"), at: "2024-02-29T12:00:00Z"),
                                place: "\($0 + 1)"
                            )
                        }
                        return ForwardedRun(records: records, end: "\(self.count)", isAtEnd: true)
                    },
                    visible: { record throws(ForwardFault) in record.attributes },
                    isStopped: { wait in
                        if wait > .zero { self.onWait(self) }
                        self.looks -= 1
                        return self.looks < 0
                    },
                    tell: { _ in }))
            try run.run(once: once)
            return try #require(try ForwardState.read(besides: path))
        }
    }

    @Test func `what came before the last look at the end of the store is there`() throws {
        let world = try World()
        world.count = 3
        let first = try world.run()
        #expect(first.complete == 1000 && first.delivered == 1000 && first.failure == nil)
        world.clock = 2000
        let second = try world.run()
        #expect(second.complete == 2000 && second.delivered == 1000 && second.seen == 2000, "nothing new")
    }

    @Test func `it is not behind while something comes at each look`() throws {
        let world = try World()
        world.onLook = {
            $0.count += 1
            $0.clock += 10
        }
        world.looks = 30
        let state = try world.run(once: false)
        #expect(state.complete >= world.clock - 20 && world.clock > 1100, "\(state), at \(world.clock)")
    }

    @Test func `while the far end is away it says so, and since when`() throws {
        let world = try World()
        world.count = 3
        _ = try world.run()
        (world.count, world.clock, world.looks) = (5, 5000, 20)
        world.far.isAway = true
        world.onWait = { $0.clock += 100 }
        let away = try world.run()
        #expect(away.complete == 1000 && away.delivered == 1000 && away.failure == "is away", "\(away)")
        (world.far.isAway, world.looks) = (false, 10_000)
        let back = try world.run()
        #expect(back.failure == nil && back.complete == world.clock && back.delivered == world.clock)
    }

    @Test func `records that are refused are counted in the file, whoever put them there`() throws {
        let world = try World()
        world.far.refused = [Identifier("1"), Identifier("4")]
        world.count = 3
        #expect(try world.run().refused == 1)
        world.count = 6
        #expect(try world.run().refused == 2)
    }

    @Test func `a run that ends with a fault says which`() throws {
        let world = try World()
        world.far.refused = [Identifier("0")]
        world.count = 1
        let letters = try DeadLetters.opened(world.path + ".refused", limit: 10)
        let report = ForwardReport(besides: world.path, of: "far", refused: 0, wall: { 7 })
        var run = ForwardRun(
            to: world.far, letters, from: ForwardCheckpoint(farEnd: "far", place: "0"), at: world.path,
            report: report, batch: { ForwardedBatch(RecordFormWriter(.json, version: "1")) },
            .init(
                read: { _ throws(ForwardSourceError) in throw .lost(ForwardFault("the store is another")) },
                visible: { record throws(ForwardFault) in record.attributes }, isStopped: { _ in false },
                tell: { _ in }))
        #expect(throws: ForwardFault.self) { try run.run(once: true) }
        let state = try ForwardState.read(besides: world.path)
        #expect(state?.failure == "it has ended: the store is another")
    }

    @Test func `a clock that was ahead does not hide how far it is behind`() throws {
        let world = try World()
        world.clock = 9_000_000
        _ = try world.run()
        (world.clock, world.looks, world.count) = (1000, 20, 1)
        world.far.isAway = true
        #expect(try world.run().complete == 1000)
    }
}
