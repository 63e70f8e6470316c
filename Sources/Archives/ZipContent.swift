internal import Gzip

/// The content of a file in a zip archive, as its bytes are before compression. Length and checksum are compared at its end
/// with those of the archive's list, so it does not matter whether they stand before the data or behind.
final class ZipContent: ByteInput {
    private static let headerByteCount = 30
    /// Those that people meet (APPNOTE.TXT, 4.4.5).
    private static let methodNames = [
        1: "shrink", 6: "implode", 9: "deflate64", 12: "bzip2", 14: "LZMA", 20: "zstd", 93: "zstd", 95: "xz",
        98: "PPMd", 99: "AES encryption",
    ]

    let name: String
    let size: Int64?
    private let file: RandomAccessFile
    private let entry: ZipEntry
    private let inflater: Inflater?
    /// Where the data goes on in the archive, and what has been read of it and not been taken.
    private var offset: UInt64
    private let end: UInt64
    private var held: ArraySlice<UInt8> = []
    private var hasEnded = false
    private var checksum: UInt32 = 0
    private var byteCount: UInt64 = 0
    private var failure: GzipError?

    init(_ entry: ZipEntry, in file: RandomAccessFile, name: String) throws(GzipError) {
        func fault(_ code: GzipError.Code, _ reason: String) -> GzipError {
            GzipError(
                code, format: "zip", name: name, offset: Int64(clamping: entry.headerOffset), reason: reason)
        }
        guard !entry.isEncrypted else { throw fault(.unsupported, "is encrypted: unpack it first (unzip)") }
        switch entry.method {
        case 0: inflater = nil
        case 8:
            inflater = Inflater(.bare)
            guard inflater != nil else { throw fault(.outOfMemory, "zlib got no memory") }
        default:
            let method = Self.methodNames[entry.method] ?? "method \(entry.method)"
            throw fault(
                .unsupported,
                "is compressed with \(method), of which nothing is read: unpack it first (unzip)"
            )
        }
        let header = LittleEndian(
            try file.bytes(at: entry.headerOffset, count: Self.headerByteCount))
        guard header.begins(with: [0x50, 0x4B, 3, 4]) else {
            throw fault(.corrupt, "does not begin where the archive's list says")
        }
        let variableCount = header.short(at: 26) + header.short(at: 28)
        offset = entry.headerOffset + UInt64(Self.headerByteCount + variableCount)
        guard offset <= file.size, entry.storedByteCount <= file.size - offset else {
            throw fault(.truncated, "the archive ends before its data does")
        }
        end = offset + entry.storedByteCount
        size = Int64(clamping: entry.byteCount)
        self.entry = entry
        self.file = file
        self.name = name
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, offset: Int64) throws(GzipError) -> Int {
        if let failure { throw failure }
        while !hasEnded {
            if held.isEmpty { try refill() }
            let count = try inflater == nil ? copy(into: buffer) : inflate(into: buffer)
            guard count > 0 else { continue }
            checksum = Gzip.checksum(UnsafeRawBufferPointer(rebasing: buffer[..<count]), behind: checksum)
            byteCount += UInt64(count)
            guard byteCount <= entry.byteCount else { throw fault("is longer than the archive's list says") }
            return count
        }
        guard held.isEmpty, self.offset == end, byteCount == entry.byteCount, checksum == entry.checksum
        else { throw fault("is not what the archive's list says, by its length or its checksum") }
        return 0
    }

    private func refill() throws(GzipError) {
        let count = Int(min(64 * 1024, end - offset))
        held = try file.bytes(at: offset, count: count)[...]
        offset += UInt64(count)
    }

    private func copy(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, held.count)
        buffer.copyBytes(from: held.prefix(count))
        held = held.dropFirst(count)
        hasEnded = held.isEmpty && offset == end
        return count
    }

    private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws(GzipError) -> Int {
        guard let step = held.withUnsafeBytes({ inflater?.step(from: $0, into: buffer) }) else { return 0 }
        held = held.dropFirst(step.consumed)
        switch step.outcome {
        case .endOfMember: hasEnded = true
        case .corrupt(let reason): failure = fault(reason)
        case .outOfMemory: failure = fault("zlib got no memory")
        case .more where step.consumed == 0 && step.produced == 0 && held.isEmpty && offset == end:
            failure = fault("ends inside its data")
        case .more: break
        }
        if let failure, step.produced == 0 { throw failure }
        return step.produced
    }

    private func fault(_ reason: String) -> GzipError {
        let error = GzipError(
            .corrupt, format: "zip", name: name, offset: Int64(clamping: byteCount), reason: reason)
        failure = error
        return error
    }
}
