import AuditRecords
import Cryptography
import Glibc
import Gzip
import Zstandard

/// Writes rows into the files of an export. Cut and compressed in blocks that only the rows decide, the files are the same however
/// often the export was stopped and went on; and after each block it can be stopped.
struct ExportWriter {
    /// A block has so many bytes, or the rest of a file.
    static let blockSize = 1 << 20

    private let target: ExportTarget
    private let header: [UInt8]
    /// Records of a part at most; nil for one file.
    private let partRecords: Int?
    private var part: PartFile
    private let whole: RunningDigest
    private var block: [UInt8]
    private var blockRecords = 0
    private var place: RecordKey?
    private var settled: [ExportManifest.Part]
    /// What is written up to the last block's end.
    private(set) var open: ExportCheckpoint.OpenPart
    private(set) var last: RecordKey?

    /// Goes on behind what a checkpoint says is there, which is read for its digests.
    init(_ target: ExportTarget, header: [UInt8], partRecords: Int?, after checkpoint: ExportCheckpoint)
        throws
    {
        (self.target, self.header, self.partRecords) = (target, header, partRecords)
        whole = try RunningDigest()
        settled = checkpoint.parts
        for part in settled {
            let path = target.path(part.file)
            guard try FileDigest.sha256(path, whole: whole) == (part.bytes, part.sha256) else {
                throw ExportError(
                    "\(path.printable): is not as this export left it: remove the folder, and begin anew",
                    .badInput)
            }
        }
        open = checkpoint.open
        last = try checkpoint.place()
        place = last
        let name = target.name(part: settled.count + 1, isDivided: partRecords != nil)
        try Self.removeParts(target, from: settled.count + (open.byteCount > 0 ? 2 : 1), partRecords)
        part = try PartFile(
            target.path(name),
            keeping: open.byteCount > 0 ? (open.byteCount, open.sha256) : nil, whole: whole)
        block = open.byteCount > 0 ? [] : header
        block.reserveCapacity(Self.blockSize + 64 << 10)
    }

    /// Removes parts that no checkpoint speaks of: they are written again, or are no more.
    private static func removeParts(
        _ target: ExportTarget, from number: Int, _ partRecords: Int?
    ) throws(ExportError) {
        guard partRecords != nil || number == 1 else { return }
        var number = number
        while true {
            let path = target.path(target.name(part: number, isDivided: partRecords != nil))
            let found = [path, path + PartFile.ending].filter(ReplacedFile.isThere)
            for path in found where unlink(path) != 0 { throw .system(path) }
            guard !found.isEmpty, partRecords != nil else { return }
            number += 1
        }
    }

    /// Records that were taken in all.
    var records: Int { settled.reduce(open.records + blockRecords) { $0 + $1.records } }
    /// Bytes that were written in all.
    var byteCount: Int { settled.reduce(open.byteCount) { $0 + $1.bytes } }

    /// Writes rows.
    mutating func take(_ rows: ExportRows) throws {
        var (start, first) = (0, 0)
        for index in rows.rows.indices {
            if open.records + blockRecords + index - first == partRecords {
                add(rows, first..<index, from: &start)
                first = index
                try endPart()
            }
            let size = block.count + rows.rows[index].end - start
            guard size >= Self.blockSize else { continue }
            add(rows, first..<index + 1, from: &start)
            first = index + 1
            try endBlock()
        }
        add(rows, first..<rows.rows.count, from: &start)
    }

    /// Puts rows into the block.
    private mutating func add(_ rows: ExportRows, _ range: Range<Int>, from start: inout Int) {
        guard let last = range.last else { return }
        if open.first == nil {
            open.first = String(decoding: rows.rows[range.lowerBound].key.id, as: UTF8.self)
        }
        block.append(contentsOf: rows.bytes[start..<rows.rows[last].end])
        start = rows.rows[last].end
        blockRecords += range.count
        place = rows.rows[last].key
    }

    private mutating func endBlock() throws {
        guard !block.isEmpty else { return }
        let bytes = try compressed(block)
        try part.write(bytes)
        if partRecords != nil { whole.update(bytes) }
        block.removeAll(keepingCapacity: true)
        open.byteCount = part.byteCount
        open.records += blockRecords
        blockRecords = 0
        last = place
    }

    private func compressed(_ block: [UInt8]) throws -> [UInt8] {
        switch target.compression {
        case .none: return block
        case .gzip: return try Gzip.compress(block)
        case .zstd:
            guard let frame = Zstandard.compress(block) else {
                throw ExportError("libzstd gets no memory", .fault)
            }
            return frame
        }
    }

    /// Ends the part that is being written, and begins another.
    private mutating func endPart() throws {
        try settlePart()
        let name = target.name(part: settled.count + 1, isDivided: true)
        part = try PartFile(target.path(name), whole: whole)
        block += header
    }

    private mutating func settlePart() throws {
        try endBlock()
        let path = part.path
        settled.append(
            ExportManifest.Part(
                file: String(path.dropFirst(target.folder.count + 1)), records: open.records,
                bytes: part.byteCount, sha256: try part.sha256(), first: open.first,
                last: open.records > 0 ? last.map { String(decoding: $0.id, as: UTF8.self) } : nil))
        try part.settle()
        open = ExportCheckpoint.OpenPart()
    }

    /// Makes what is written stay, and says how far it is.
    mutating func note(in checkpoint: inout ExportCheckpoint) throws {
        try part.sync()
        open.sha256 = open.byteCount > 0 ? try part.sha256() : ""
        checkpoint.parts = settled
        checkpoint.open = open
        // Of a part of which nothing is on the disk, nothing is known.
        if open.byteCount == 0 { checkpoint.open = ExportCheckpoint.OpenPart() }
        checkpoint.last = last.map { String(decoding: $0.id, as: UTF8.self) }
    }

    /// Ends the last file. Returns all parts, and the digest of them, one behind the other.
    mutating func finish() throws -> (parts: [ExportManifest.Part], sha256: String) {
        try settlePart()
        return (settled, partRecords == nil ? settled[0].sha256 : try whole.value().hexadecimal)
    }
}
