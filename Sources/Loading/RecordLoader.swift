package import LogFormats
package import AuditStores
package import Threads
internal import AuditRecords

/// Puts lines into a store, in batches. A line that is no record is left out and reported; everything else is
/// stored, and storing it again changes nothing, so a load that was interrupted is mended by repeating it, from
/// the beginning or from behind the lines that are settled.
///
/// A batch is compared with what the store has under its keys before it is written: equal records are left as they are, and
/// that one takes the place of another is told before it does. While one batch is written the next is read: whatever is told,
/// counted and settled is so on the thread that loads.
package struct RecordLoader {
    let store: any RecordStore
    let writer: BatchWriter
    let tell: (LoadEvent) throws(StoreError) -> Void
    /// The most of one batch.
    private let batchLimit: BatchLimit
    var pacer: Pacer?
    var batch = LoadBatch()
    var underWay: BatchUnderWay?
    /// What has been written and is not certain before the batch is that is under way.
    var uncertain = LoadCounts()
    var refusals = 0
    private var source = -1
    /// Whether more of the last line is to come.
    private var isInsideLine = false
    private var reader = LineReader()

    /// What was read so far of this source, and of those before that it goes on with.
    package internal(set) var entries = EntryCount()
    /// Lines of this source so far, where it is one of audit-query's own.
    private var lineCount = 0
    /// What has become of records and lines so far, of all sources.
    package internal(set) var counts = LoadCounts()

    /// A loader into a store, no faster than a pacer allows, which tells what it meets. What `tell` throws ends the load.
    package init(
        store: any RecordStore, pacer: Pacer? = nil, conflicts: ConflictRule = .replace,
        tell: @escaping (LoadEvent) throws(StoreError) -> Void
    ) {
        self.store = store
        writer = BatchWriter(store: store, conflicts: conflicts)
        self.pacer = pacer
        self.tell = tell
        let limit = store.batchLimit
        batchLimit = BatchLimit(records: min(limit.records, pacer?.share ?? .max), bytes: limit.bytes)
    }

    /// Begins another source, so many entries of which are skipped; or one that goes on with those before it, and so is counted
    /// with them. The one before must have been flushed.
    package mutating func beginSource(skipping entries: Int = 0, goesOn: Bool = false) {
        precondition(batch.isEmpty && underWay == nil, "a source that was flushed")
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
        if !isPart { settleIfNoneWaits() }
    }

    /// Stores what has been taken and not been stored yet.
    package mutating func flush() throws(StoreError) {
        try handOver()
        try finish()
        entries.settle(upTo: wholeCount)
    }

    /// Entries that no more is to come of.
    var wholeCount: Int { isInsideLine ? entries.count - 1 : entries.count }

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
        settleIfNoneWaits()
    }

    private mutating func settleIfNoneWaits() {
        guard batch.isEmpty else { return }
        if underWay == nil { entries.settle(upTo: entries.count) }
        underWay?.settles = entries.count
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
        if batch.count >= batchLimit.records || batch.byteCount >= batchLimit.bytes { try handOver() }
    }

    private mutating func add(
        _ record: AuditRecord, _ text: LineText, line: SourceLine
    ) throws(StoreError) {
        if let fault = store.fault(of: record) { return try report([fault], text, line: line) }
        batch.append(LoadEntry(record: record, line: line, text: text))
    }

    mutating func report(_ faults: [String], _ text: LineText, line: SourceLine) throws(StoreError) {
        counts.refused += 1
        let place = text.pageNumber.map { "record \($0) of the page: " } ?? ""
        try tell(.refused(Refusal(line: line, bytes: text.bytes, faults: faults.map { place + $0 })))
    }
}
