internal import Gzip

/// The list of an archive's files, which stands at its end (APPNOTE.TXT, 4.3.12 to 4.3.16), read entry by entry.
struct ZipList {
    private static let endSignature: [UInt8] = [0x50, 0x4B, 5, 6]
    private static let wideEndSignature: [UInt8] = [0x50, 0x4B, 6, 6]
    private static let locatorSignature: [UInt8] = [0x50, 0x4B, 6, 7]
    private static let endByteCount = 22
    private static let locatorByteCount = 20
    private static let wideEndByteCount = 56

    private var remaining: UInt64
    private var offset: UInt64
    private let end: UInt64

    /// Finds the list.
    ///
    /// - Throws: when there is none, as of an archive that was cut.
    init(_ file: RandomAccessFile) throws(GzipError) {
        let (place, record) = try Self.endRecord(file)
        var count = record.number(at: 10, bytes: 2)
        var byteCount = record.number(at: 12, bytes: 4)
        var start = record.number(at: 16, bytes: 4)
        if count == 0xFFFF || byteCount == 0xFFFF_FFFF || start == 0xFFFF_FFFF,
            let wide = try Self.wideEndRecord(file, before: place)
        {
            count = wide.number(at: 32, bytes: 8)
            byteCount = wide.number(at: 40, bytes: 8)
            start = wide.number(at: 48, bytes: 8)
        } else if record.short(at: 4) != 0 || record.short(at: 8) != record.short(at: 10) {
            throw file.fault(.unsupported, place, "is one part of several: join them first (zip -s 0)")
        }
        guard start <= place, byteCount <= place - start else {
            throw file.fault(.corrupt, place, "its list of files is said to be outside of the archive")
        }
        remaining = count
        offset = start
        end = start + byteCount
    }

    /// The next entry; nil behind the last one.
    mutating func next(_ file: RandomAccessFile) throws(GzipError) -> ZipEntry? {
        guard remaining > 0 else { return nil }
        let damaged = file.fault(
            .corrupt, offset, "the list of files is damaged: \(remaining) of its files are not read")
        let fixed = UInt64(ZipEntry.headerByteCount)
        guard end - offset >= fixed else { throw damaged }
        let header = LittleEndian(try file.bytes(at: offset, count: ZipEntry.headerByteCount))
        let variableCount = ZipEntry.variableByteCount(header)
        guard header.begins(with: ZipEntry.signature), end - offset - fixed >= UInt64(variableCount) else {
            throw damaged
        }
        let variable = LittleEndian(try file.bytes(at: offset + fixed, count: variableCount))
        guard let entry = ZipEntry(header, variable) else { throw damaged }
        offset += fixed + UInt64(variableCount)
        remaining -= 1
        return entry
    }

    /// The record at the very end, before a comment of 65535 bytes at most.
    private static func endRecord(_ file: RandomAccessFile) throws(GzipError) -> (UInt64, LittleEndian) {
        let count = Int(min(file.size, UInt64(endByteCount + 0xFFFF)))
        let start = file.size - UInt64(count)
        let tail = try file.bytes(at: start, count: count)
        var place = count - endByteCount
        while place >= 0 {
            let record = LittleEndian(tail[place...].prefix(endByteCount))
            if record.begins(with: endSignature), place + endByteCount + record.short(at: 20) <= count {
                return (start + UInt64(place), record)
            }
            place -= 1
        }
        throw file.fault(
            .truncated, file.size,
            "its end is missing, where its list of files stands: nothing of it was loaded")
    }

    /// The record of an archive with more or larger files than 32 bits can say; nil where there is none.
    private static func wideEndRecord(
        _ file: RandomAccessFile, before place: UInt64
    ) throws(GzipError) -> LittleEndian? {
        guard place >= UInt64(locatorByteCount) else { return nil }
        let locator = LittleEndian(
            try file.bytes(at: place - UInt64(locatorByteCount), count: locatorByteCount))
        guard locator.begins(with: locatorSignature) else { return nil }
        let offset = locator.number(at: 8, bytes: 8)
        guard offset < place, place - offset >= UInt64(wideEndByteCount) else {
            throw file.fault(.corrupt, place, "its list of files is said to be outside of the archive")
        }
        let record = LittleEndian(try file.bytes(at: offset, count: wideEndByteCount))
        guard record.begins(with: wideEndSignature) else {
            throw file.fault(.corrupt, offset, "the end of its list of files is damaged")
        }
        return record
    }
}
