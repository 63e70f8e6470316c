internal import AuditRecords

/// Reads the first run of each of a plan's steps, in order; and while steps bring too little for a page, more
/// and more of them at once: a month of empty days takes a few round trips and not thirty.
///
/// What is read ahead asks for as many records as the page wanted then, so it holds what the step's own read
/// would have brought, or more; and all of it together for as many bytes as were free then.
struct ReadAhead {
    private let store: any RecordStore
    private var steps: ArraySlice<Plan.Step>
    private var width = 1
    private var runs: ArraySlice<Result<PartitionRun, StoreError>> = []

    /// What all that was read took, needless runs included.
    private(set) var usage = StoreUsage.none
    /// The bytes of records that are held for steps to come.
    private(set) var byteCount = 0

    init(store: any RecordStore, steps: [Plan.Step]) {
        self.store = store
        self.steps = steps[...]
    }

    /// The first run of the next step, and the step; nil after the last. `read` makes a step's read when so many
    /// are read at once.
    mutating func next(
        _ read: (_ step: Plan.Step, _ width: Int) -> PartitionRead
    ) throws(StoreError) -> (step: Plan.Step, run: PartitionRun)? {
        guard let step = steps.first else { return nil }
        if runs.isEmpty {
            let next = steps.prefix(width)
            readRuns(of: next.map { read($0, next.count) })
        }
        guard let run = runs.popFirst() else { return nil }
        steps.removeFirst()
        let page = try run.get()
        byteCount -= page.records.byteCount
        return (step, page)
    }

    /// Lets go of what was read for steps to come: they are read again when it is their turn.
    mutating func forget() {
        guard !runs.isEmpty else { return }
        runs = []
        byteCount = 0
        width = 1
    }

    private mutating func readRuns(of reads: [PartitionRead]) {
        runs = store.read(reads)[...]
        width = min(2 * width, store.readsAtOnce)
        for case .success(let page) in runs {
            usage += page.usage
            byteCount += page.records.byteCount
        }
    }
}

extension [AuditRecord] {
    /// What they take in an answer that hides nothing.
    package var byteCount: Int { reduce(0) { $0 + $1.byteCount } }
}
