package import LogFormats
package import AuditStores
package import Threads
internal import AuditRecords

/// Puts lines into a store, in batches. A line that is no record is left out and reported; everything else is
/// stored, and storing it again changes nothing, so a load that was interrupted is mended by repeating it, from
/// the beginning or from behind the lines that are settled.
///
/// A batch is compared with what the store has under its keys before it is written: equal records are left as they are, and
/// that one takes the place of another is told before it does.
package struct RecordLoader {
    /// So many records refused one after the other are the fault of the store, not of the records.
    private static let mostRefusals = 100

    private let store: any RecordStore
    private let stored: StoredLookup
    private let conflicts: ConflictRule
    private let tell: (LoadEvent) throws(StoreError) -> Void
    /// The most of one batch.
    private let batchLimit: BatchLimit
    private var pacer: Pacer?
    private var batch: [LoadEntry] = []
    private var batchBytes = 0
    private var refusals = 0
    private var source = -1
    /// Whether more of the last line is to come.
    private var isInsideLine = false
    private var reader = LineReader()

    /// What was read so far of this source, and of those before that it goes on with.
    package private(set) var entries = EntryCount()
    /// Lines of this source so far, where it is one of audit-query's own.
    private var lineCount = 0
    /// What has become of records and lines so far, of all sources.
    package private(set) var counts = LoadCounts()

    /// A loader into a store, no faster than a pacer allows, which tells what it meets. What `tell` throws ends the load.
    package init(
        store: any RecordStore, pacer: Pacer? = nil, conflicts: ConflictRule = .replace,
        tell: @escaping (LoadEvent) throws(StoreError) -> Void
    ) {
        self.store = store
        stored = StoredLookup(store)
        self.pacer = pacer
        self.conflicts = conflicts
        self.tell = tell
        let limit = store.batchLimit
        batchLimit = BatchLimit(records: min(limit.records, pacer?.share ?? .max), bytes: limit.bytes)
    }

    /// Begins another source, so many entries of which are skipped; or one that goes on with those before it, and so is counted
    /// with them. The one before must have been flushed.
    package mutating func beginSource(skipping entries: Int = 0, goesOn: Bool = false) {
        precondition(batch.isEmpty, "a source that was flushed")
        source += 1
        lineCount = 0
        isInsideLine = false
        reader = LineReader()
        if !goesOn { self.entries = EntryCount(skipping: entries) }
    }

    /// Takes the next line, or a part of it.
    package mutating func take(_ line: LineSplitter.Line) throws(StoreError) {
        if !isInsideLine {
            lineCount += 1
            entries.begin(isLine: true)
        }
        let isPart = line.isPart
        // With its last record the line is settled.
        isInsideLine = true
        if entries.isTaken {
            for item in reader.items(of: line) { try take(item) }
        } else {
            reader = LineReader(isAtBeginning: false)
        }
        isInsideLine = isPart
        if !isPart, batch.isEmpty { entries.settle() }
    }

    /// Stores what has been taken and not been stored yet.
    package mutating func flush() throws(StoreError) {
        guard !batch.isEmpty else { return }
        pacer?.pass(batch.count)
        try put(try changed()[...])
        entries.settle(isLastWhole: !isInsideLine)
        batch.removeAll(keepingCapacity: true)
        batchBytes = 0
    }

    /// Takes what has become of an event of another format, and where it begins.
    package mutating func take(_ reading: Reading, at line: SourceLine) throws(StoreError) {
        entries.begin(isLine: false)
        guard entries.isTaken else { return }
        switch reading {
        case .record(let record, _): try add(record, LineText(bytes: nil), line: line)
        case .refused(let reason, _, let text): try report([reason], LineText(bytes: text), line: line)
        case .skipped(let kind, _):
            counts.skipped += 1
            try tell(.skipped(kind))
        }
        try flushIfFull()
        if batch.isEmpty { entries.settle() }
    }

    private mutating func take(_ item: LineReader.Item) throws(StoreError) {
        let line = SourceLine(source: source, number: lineCount)
        switch item {
        case .record(let record, let text): try add(record, text, line: line)
        case .refused(let faults, let text): try report(faults, text, line: line)
        case .part(let bytes): try tell(.part(bytes))
        }
        try flushIfFull()
    }

    private mutating func flushIfFull() throws(StoreError) {
        if batch.count >= batchLimit.records || batchBytes >= batchLimit.bytes { try flush() }
    }

    private mutating func add(
        _ record: AuditRecord, _ text: LineText, line: SourceLine
    ) throws(StoreError) {
        if let fault = store.fault(of: record) { return try report([fault], text, line: line) }
        batch.append(LoadEntry(record: record, line: line, text: text))
        batchBytes += text.bytes?.count ?? record.byteCount
    }

    private mutating func report(_ faults: [String], _ text: LineText, line: SourceLine) throws(StoreError) {
        counts.refused += 1
        let place = text.pageNumber.map { "record \($0) of the page: " } ?? ""
        try tell(.refused(Refusal(line: line, bytes: text.bytes, faults: faults.map { place + $0 })))
    }
}

// Batches.
extension RecordLoader {
    private typealias Change = (index: Int, change: RecordChange)

    /// The records of the batch that are to be stored, and what that changes. Tells what is replaced.
    private mutating func changed() throws(StoreError) -> [Change] {
        guard conflicts != .unchecked else { return batch.indices.map { ($0, .unchecked) } }
        let keys = Set(batch.map(\.record.key))
        let found = try stored.found(keys)
        // As a rule: nothing to compare.
        if found.isEmpty, keys.count == batch.count { return batch.indices.map { ($0, .new) } }
        var comparison = BatchComparison(found: found, replaces: conflicts == .replace)
        var changed: [Change] = []
        for (index, entry) in batch.enumerated() {
            let change = comparison.change(of: entry)
            switch change {
            case .equal: counts.equal += 1
            case .new, .unchecked: changed.append((index, change))
            case .conflict(let conflict):
                try tell(.conflict(conflict))
                if conflict.isReplacement {
                    changed.append((index, change))
                } else {
                    try refuse(
                        entry, "is refused, for the store has another record of this key: \(conflict.detail)")
                }
            }
        }
        return changed
    }

    /// Stores a part of the batch. A record that the store refuses is found by halves, reported and left out.
    private mutating func put(_ part: ArraySlice<Change>) throws(StoreError) {
        guard let first = part.first else { return }
        do throws(StoreError) {
            try store.put(part.map { batch[$0.index].record })
            for change in part { count(change.change) }
            refusals = 0
        } catch  where error.code == .refused {
            guard part.count > 1 else { return try refuse(batch[first.index], error) }
            let middle = part.startIndex + part.count / 2
            try put(part[..<middle])
            try put(part[middle...])
        }
    }

    private mutating func count(_ change: RecordChange) {
        switch change {
        case .new: counts.new += 1
        case .equal: counts.equal += 1
        case .conflict: counts.replaced += 1
        case .unchecked: counts.unchecked += 1
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
