/// Puts lines into a store, in batches. A line that is no record is left out and reported; everything else is
/// stored, and storing it again changes nothing, so a load that was interrupted is mended by repeating it.
public struct RecordLoader {
    /// The most records and bytes of one batch: one transaction each.
    private static let batchLimits = (records: 1000, bytes: 8 << 20)

    private let store: any RecordStore
    private let onBadLine: (_ line: Int, _ reason: String) -> Void
    private var batch: [AuditRecord] = []
    private var batchBytes = 0
    private var lineNumber = 0

    /// Records stored so far.
    public private(set) var storedCount = 0
    /// Lines left out so far.
    public private(set) var badCount = 0

    /// A loader into a store, which says of each bad line its number, from 1 on in each source, and what is
    /// wrong with it.
    public init(store: any RecordStore, onBadLine: @escaping (_ line: Int, _ reason: String) -> Void) {
        self.store = store
        self.onBadLine = onBadLine
    }

    /// Begins another source: its lines are counted from 1.
    public mutating func beginSource() {
        lineNumber = 0
    }

    /// Takes the next line.
    public mutating func take(_ line: LineSplitter.Line) throws(StoreError) {
        lineNumber += 1
        guard case .bytes(var bytes) = line else {
            report("is longer than \(LineSplitter.maximumLineByteCount) bytes")
            return
        }
        if lineNumber == 1 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        guard
            !bytes.allSatisfy({
                $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r")
            })
        else { return }
        do throws(RecordLineError) {
            let record = try RecordLine.record(bytes)
            if let fault = store.fault(of: record) { throw RecordLineError(fault) }
            batch.append(record)
            batchBytes += bytes.count
        } catch {
            report(error.description)
            return
        }
        if batch.count >= Self.batchLimits.records || batchBytes >= Self.batchLimits.bytes { try flush() }
    }

    /// Stores what has been taken and not been stored yet.
    public mutating func flush() throws(StoreError) {
        guard !batch.isEmpty else { return }
        try store.put(batch)
        storedCount += batch.count
        batch.removeAll(keepingCapacity: true)
        batchBytes = 0
    }

    private mutating func report(_ reason: String) {
        badCount += 1
        onBadLine(lineNumber, reason)
    }
}
