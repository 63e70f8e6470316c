internal import AuditStores
internal import AuditRecords
internal import Threads

extension RecordLoader {
    /// So many records refused one after the other are the fault of the store, not of the records.
    private static let mostRefusals = 100

    private typealias Change = (entry: LoadEntry, change: RecordChange)

    /// Has the batch written, when the one before it is.
    mutating func handOver() throws(StoreError) {
        // One that waits for its time lets others write meanwhile.
        if !batch.isEmpty, pacer == nil { writer.announceNext() }
        try finish()
        guard !batch.isEmpty else { return }
        pacer?.pass(batch.count)
        underWay = BatchUnderWay(batch: batch, settles: wholeCount, outcome: writer.start(batch))
        batch = LoadBatch(capacity: batch.count)
    }

    /// Waits for the batch that is being written, tells what is to be told of it, and does what is left.
    mutating func finish() throws(StoreError) {
        guard let underWay else { return }
        self.underWay = nil
        switch underWay.outcome.wait() {
        case .appended(let counts):
            uncertain += counts
            return
        case .stored(let counts):
            uncertain += counts
            countCertain()
            refusals = 0
        case .open(let changes):
            countCertain()
            try put(try told(Array(zip(underWay.batch.entries, changes)))[...])
        case .failed(let error): throw error
        }
        entries.settle(upTo: underWay.settles)
    }

    private mutating func countCertain() {
        counts += uncertain
        uncertain = LoadCounts()
    }

    /// Those that are to be stored. Tells what is replaced.
    private mutating func told(_ changes: [Change]) throws(StoreError) -> [Change] {
        var stored: [Change] = []
        for (entry, change) in changes {
            switch change {
            case .equal: counts.count(.equal)
            case .new, .unchecked: stored.append((entry, change))
            case .conflict(let conflict):
                try tell(.conflict(conflict))
                if conflict.isReplacement {
                    stored.append((entry, change))
                } else {
                    try refuse(
                        entry, "is refused, for the store has another record of this key: \(conflict.detail)")
                }
            }
        }
        return stored
    }

    /// Stores records. One that the store refuses is found by halves, reported and left out.
    private mutating func put(_ part: ArraySlice<Change>) throws(StoreError) {
        guard let first = part.first else { return }
        do throws(StoreError) {
            try store.put(part.map(\.entry.record))
            for change in part { counts.count(change.change) }
            refusals = 0
        } catch  where error.code == .refused {
            guard part.count > 1 else { return try refuse(first.entry, error) }
            let middle = part.startIndex + part.count / 2
            try put(part[..<middle])
            try put(part[middle...])
        }
    }

    private mutating func refuse(_ entry: LoadEntry, _ error: StoreError) throws(StoreError) {
        refusals += 1
        guard refusals < Self.mostRefusals else {
            throw StoreError(
                .unavailable,
                "the store has refused \(refusals) records one after the other, the last one so: \(error)")
        }
        try refuse(entry, "is refused: \(error)")
    }

    private mutating func refuse(_ entry: LoadEntry, _ fault: String) throws(StoreError) {
        try report([fault], entry.text, line: entry.line)
    }
}
