import AuditRecords
import AuditStores
import Evidence
import Loading
import LogFormats
import QueryService

/// Brings one store to where it has all that another one has: system by system and day by day, each day until a walk through both
/// finds nothing that is missing. What is there already is compared, and not written.
final class CopyRun {
    /// What has become of it.
    struct Outcome {
        /// Days that were compared, and the records that are alike in them.
        var dayCount = 0
        var recordCount = 0
        /// Days that are not alike.
        var differences: [(day: SealedDay, difference: DayComparison)] = []
        /// Records that were copied, and those that took the place of others.
        var new = 0
        var replaced = 0
        /// Records that the second store cannot keep.
        var refused = 0
        /// The first day that was not over when the last pass began: what arrives there meanwhile is for the next run.
        var open: Day

        /// Whether the second store has all of the first, but for what still arrives.
        var isWhole: Bool {
            refused == 0
                && differences.allSatisfy {
                    $0.difference.isWhole || $0.day.day >= open && isArriving($0.difference)
                }
        }

        private func isArriving(_ difference: DayComparison) -> Bool { difference.different == 0 }
    }

    private let source: CopyEnd
    private let target: CopyEnd
    private let progress: (Int, Int, SealedDay) -> Void
    private let now: () -> Timestamp
    private var unequal: [SealedDay: DayComparison] = [:]
    private var equalCounts: [SealedDay: Int] = [:]
    private var refused: [SealedDay: Int] = [:]

    /// A day that is written to while it is copied is looked at so many times in a pass, and there are so many passes.
    private static let (mostWalks, mostPasses) = (5, 5)

    /// A copy from one store to another, which tells which of how many days it begins with.
    init(
        from source: CopyEnd, to target: CopyEnd, progress: @escaping (Int, Int, SealedDay) -> Void,
        now: @escaping () -> Timestamp = { TimeSource.system.wall() }
    ) {
        (self.source, self.target, self.progress, self.now) = (source, target, progress, now)
    }

    /// Compares all days of both, and writes nothing.
    func verify() throws -> Outcome {
        let today = now().day
        let days = try source.days().keys.sorted()
        for (number, day) in days.enumerated() {
            progress(number + 1, days.count, day)
            note(day, try DayComparison(of: day, in: source.records, and: target.records) { _ in })
        }
        try noteExtra(besides: Set(days))
        return outcome(open: today)
    }

    /// Copies. It ends with the first pass behind which no day has another number of records than when it was listed, but for days
    /// that were not over when that pass began.
    func copy(by loading: CopyLoading) throws -> Outcome {
        var listed = try source.days()
        var wanted = listed.keys.sorted()
        var today = now().day
        for pass in 1...Self.mostPasses {
            today = now().day
            for (number, day) in wanted.enumerated() {
                progress(number + 1, wanted.count, day)
                note(day, try copy(day, loading))
            }
            let again = try source.days()
            wanted = Set(again.keys).union(listed.keys).filter { again[$0] != listed[$0] }.sorted()
            listed = again
            if wanted.isEmpty || pass > 1 && wanted.allSatisfy({ $0.day >= today }) { break }
        }
        try noteExtra(besides: Set(listed.keys))
        var outcome = outcome(open: today)
        (outcome.new, outcome.replaced) = (loading.counts.new, loading.counts.replaced)
        outcome.refused = refused.values.reduce(0, +)
        return outcome
    }

    private func copy(_ day: SealedDay, _ loading: CopyLoading) throws(StoreError) -> DayComparison {
        var walks = 0
        while true {
            walks += 1
            let before = loading.counts.refused
            loading.begin(day, isRepeated: walks > 1)
            let difference = try DayComparison(
                of: day, in: source.records, and: target.records
            ) { record throws(StoreError) in try loading.take(record) }
            try loading.flush()
            // Those that cannot be kept are still missing the next time.
            refused[day] = loading.counts.refused - before
            let stored = difference.missing + difference.different - (loading.counts.refused - before)
            guard stored > 0, walks < Self.mostWalks else { return difference }
        }
    }

    private func note(_ day: SealedDay, _ difference: DayComparison) {
        equalCounts[day] = difference.equal
        unequal[day] = difference.isEqual ? nil : difference
    }

    /// What only the second store has: of days that the first one has nothing of.
    private func noteExtra(besides known: Set<SealedDay>) throws {
        for (day, count) in try target.days() where !known.contains(day) && unequal[day] == nil {
            unequal[day] = DayComparison(extra: count)
        }
    }

    private func outcome(open: Day) -> Outcome {
        var outcome = Outcome(open: open)
        outcome.dayCount = equalCounts.count
        outcome.recordCount = equalCounts.values.reduce(0, +)
        outcome.differences = unequal.sorted { $0.key < $1.key }.map { (day: $0.key, difference: $0.value) }
        return outcome
    }
}
