import Synchronization
import TestSupport
import Testing
@testable import AuditRecords
@testable import DemoData
@testable import Threads
@testable import Loading
@testable import AuditStores
@testable import StoreConformance
@testable import LogFormats

@Suite struct PacerTests {
    @Test func `never is more done in any time than the rate allows, and without need nothing waits`() {
        forAll(cases: 300) { random in
            let time = PassedTime()
            let rate = random.number(in: 1...5000)
            var pacer = Pacer(rate: rate, now: { time.now }, wait: { time.wait($0) })
            var passed: [(time: Duration, count: Int)] = []
            for _ in 0..<random.number(in: 1...30) {
                let count = random.number(in: 1...pacer.share)
                pacer.pass(count)
                passed.append((time.passed, count))
                // What the store takes for it: often nothing, at times longer than the rate does.
                if random.once(in: 3) { time.pass(.milliseconds(random.number(in: 0...1000))) }
            }
            try require(passed[0].time == .zero, "the first waits")
            for first in passed.indices {
                var count = 0
                for last in passed[first...].indices {
                    let seconds = (passed[last].time - passed[first].time) / .seconds(1)
                    try require(
                        Double(count) <= seconds * Double(rate) + 0.001,
                        "\(count) are done in \(seconds) s at \(rate) a second")
                    count += passed[last].count
                }
            }
        }
    }

    @Test func `a store that takes no time is used at the rate`() {
        let time = PassedTime()
        var pacer = Pacer(rate: 100, now: { time.now }, wait: { time.wait($0) })
        for _ in 0...40 { pacer.pass(25) }
        #expect(time.passed == .seconds(10))
        #expect(time.waits.count == 40)
    }

    @Test func `what a slow store leaves undone is not caught up with`() {
        let time = PassedTime()
        var pacer = Pacer(rate: 4, now: { time.now }, wait: { time.wait($0) })
        pacer.pass(1)
        time.pass(.seconds(60))
        pacer.pass(1)
        pacer.pass(1)
        #expect(time.waits == [.milliseconds(250)])
    }

    @Test func `a batch is a quarter of a second's worth at most, and one record at least`() {
        #expect([1, 4, 7, 8, 500].map { Pacer(rate: $0).share } == [1, 1, 1, 2, 125])
        // Not to be had from the command line.
        #expect(Pacer(rate: 0).share == 1)
    }

    @Test func `a load keeps to the rate, in batches that are no larger than its share`() throws {
        let time = PassedTime()
        let store = BatchStore()
        let pacer = Pacer(rate: 40, now: { time.now }, wait: { time.wait($0) })
        var loader = RecordLoader(store: store, pacer: pacer) { _, _ in }
        for line in DemoRecords(seed: 1, until: Day(daysSince1970: 19_753), count: 105) {
            try loader.take(.bytes(line.dropLast()))
        }
        try loader.flush()
        #expect(store.sizes == Array(repeating: 10, count: 10) + [5])
        #expect(time.passed == .milliseconds(2500))
    }

    /// Counts what it is given.
    private final class BatchStore: RecordStore {
        private let counts = Mutex<[Int]>([])
        var sizes: [Int] { counts.withLock { $0 } }

        func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
            PartitionRun(records: [], resume: nil)
        }
        func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
            FetchedRecords(records: keys.map { _ in nil })
        }
        func put(_ records: [AuditRecord]) throws(StoreError) { counts.withLock { $0.append(records.count) } }
        func probe() throws(StoreError) {}
    }

    /// Time that passes when a test says so, or waits.
    private final class PassedTime: Sendable {
        private let start = ContinuousClock.now
        private let state = Mutex<(passed: Duration, waits: [Duration])>((.zero, []))

        var now: ContinuousClock.Instant { start + passed }
        var passed: Duration { state.withLock { $0.passed } }
        var waits: [Duration] { state.withLock { $0.waits } }

        func pass(_ duration: Duration) { state.withLock { $0.passed += duration } }
        func wait(_ duration: Duration) {
            state.withLock { state in
                state.passed += duration
                state.waits.append(duration)
            }
        }
    }
}
