/// Puts lines into a store, in batches. A line that is no record is left out and reported; everything else is
/// stored, and storing it again changes nothing, so a load that was interrupted is mended by repeating it, from
/// the beginning or from behind the lines that are settled.
public struct RecordLoader {
    /// The most records and bytes of one batch: one transaction each.
    private static let batchLimits = (records: 1000, bytes: 8 << 20)
    /// So many records refused one after the other are the fault of the store, not of the records.
    private static let mostRefusals = 100

    private let store: any RecordStore
    private let onBadLine: (_ line: Int, _ reason: String) -> Void
    private let batchLimit: Int
    private var pacer: Pacer?
    private var batch: [AuditRecord] = []
    /// Where each record of the batch stands in its source.
    private var batchLines: [Int] = []
    private var refusals = 0
    private var batchBytes = 0
    private var skippedLines = 0

    /// Lines of this source so far.
    public private(set) var lineCount = 0
    /// So many lines from the beginning of this source need not be loaded again: each was stored, reported, or
    /// skipped.
    public private(set) var settledLines = 0
    /// Records stored so far, of all sources.
    public private(set) var storedCount = 0
    /// Lines left out so far, of all sources.
    public private(set) var badCount = 0

    /// A loader into a store, no faster than a pacer allows, which says of each bad line its number, from 1 on in
    /// each source, and what is wrong with it.
    public init(
        store: any RecordStore, pacer: Pacer? = nil,
        onBadLine: @escaping (_ line: Int, _ reason: String) -> Void
    ) {
        self.store = store
        self.pacer = pacer
        self.onBadLine = onBadLine
        batchLimit = min(Self.batchLimits.records, pacer?.share ?? .max)
    }

    /// Begins another source, whose lines are counted from 1 and the first of which may be skipped. The one
    /// before must have been flushed.
    public mutating func beginSource(skipping lines: Int = 0) {
        precondition(batch.isEmpty, "a source that was flushed")
        lineCount = 0
        skippedLines = lines
        settledLines = lines
    }

    /// Takes the next line.
    public mutating func take(_ line: LineSplitter.Line) throws(StoreError) {
        lineCount += 1
        guard lineCount > skippedLines else { return }
        keep(line)
        if batch.count >= batchLimit || batchBytes >= Self.batchLimits.bytes { try flush() }
        if batch.isEmpty { settledLines = lineCount }
    }

    /// Stores what has been taken and not been stored yet.
    public mutating func flush() throws(StoreError) {
        guard !batch.isEmpty else { return }
        pacer?.pass(batch.count)
        try put(batch.indices)
        settledLines = lineCount
        batch.removeAll(keepingCapacity: true)
        batchLines.removeAll(keepingCapacity: true)
        batchBytes = 0
    }

    /// Stores a part of the batch. A record that the store refuses is found by halves, reported and left out.
    private mutating func put(_ part: Range<Int>) throws(StoreError) {
        do throws(StoreError) {
            try store.put(Array(batch[part]))
            storedCount += part.count
            refusals = 0
        } catch  where error.code == .refused {
            guard part.count > 1 else { return try refuse(batchLines[part.lowerBound], error) }
            let middle = part.lowerBound + part.count / 2
            try put(part.lowerBound..<middle)
            try put(middle..<part.upperBound)
        }
    }

    private mutating func refuse(_ line: Int, _ error: StoreError) throws(StoreError) {
        refusals += 1
        guard refusals < Self.mostRefusals else {
            throw StoreError(
                .unavailable,
                "the store has refused \(refusals) records one after the other, the last one so: \(error)")
        }
        report("is refused: \(error)", line)
    }

    private mutating func keep(_ line: LineSplitter.Line) {
        guard case .bytes(var bytes) = line else {
            return report("is longer than \(LineSplitter.maximumLineByteCount) bytes", lineCount)
        }
        if lineCount == 1 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        guard !bytes.isBlank else { return }
        do throws(RecordLineError) {
            let record = try RecordLine.record(bytes)
            if let fault = RecordRules.fault(of: record) ?? store.fault(of: record) {
                throw RecordLineError(fault)
            }
            batch.append(record)
            batchLines.append(lineCount)
            batchBytes += bytes.count
        } catch {
            report(error.description, lineCount)
        }
    }

    private mutating func report(_ reason: String, _ line: Int) {
        badCount += 1
        onBadLine(line, reason)
    }
}

extension [UInt8] {
    fileprivate var isBlank: Bool {
        allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
    }
}
