/// Reads the first run of each of a plan's steps, in order; and while steps bring too little for a page, more
/// and more of them at once: a month of empty days takes a few round trips and not thirty.
///
/// What is read ahead asks for as many records as the page wanted then, so it holds what the step's own read
/// would have brought, or more.
struct ReadAhead {
    /// Steps read at once at most: each that turns out needless has been paid for.
    private static let most = 16

    private let store: any RecordStore
    private var steps: ArraySlice<Plan.Step>
    private var width = 1
    private var runs: ArraySlice<Result<RangePage, StoreError>> = []

    /// What all that was read took, needless runs included.
    private(set) var usage = StoreUsage.none

    init(store: any RecordStore, steps: [Plan.Step]) {
        self.store = store
        self.steps = steps[...]
    }

    /// The first run of the next step, and the step; nil after the last.
    mutating func next(
        _ read: (Plan.Step) -> RangeRead
    ) throws(StoreError) -> (step: Plan.Step, run: RangePage)? {
        guard let step = steps.first else { return nil }
        if runs.isEmpty { readRuns(of: steps.prefix(width).map(read)) }
        guard let run = runs.popFirst() else { return nil }
        steps.removeFirst()
        return (step, try run.get())
    }

    private mutating func readRuns(of reads: [RangeRead]) {
        let store = store
        let run = { @Sendable (index: Int) in
            Result { () throws(StoreError) in try store.read(reads[index]) }
        }
        if let helpers = store.readAhead {
            runs = helpers.map(reads.count, run)[...]
            width = min(2 * width, Self.most)
        } else {
            runs = [run(0)]
        }
        for case .success(let page) in runs { usage += page.usage }
    }
}
