package import Gzip

/// Reads the content of one source in chunks of the caller's size: plain, or compressed with gzip or zstd, which its first
/// bytes say. Memory is bounded, whatever the source's size.
///
/// Not for several threads at once. A signal (`EINTR`) does not end a read that waits on a pipe.
package struct ContentReader: ~Copyable {
    private var gzip: GzipReader?
    private var zstandard: ZstandardReader?
    private var failure: GzipError?

    /// The source's size in bytes, compressed where it is; nil for a pipe or terminal.
    package let sourceSize: Int64?

    /// How many of the source's bytes have been consumed: what a progress bar sets beside `sourceSize`.
    package var sourceBytesRead: Int64 {
        // What cannot be copied is looked at by a switch alone.
        switch gzip {
        case .some(let gzip): return gzip.sourceBytesRead
        case .none: break
        }
        switch zstandard {
        case .some(let zstandard): return zstandard.sourceBytesRead
        case .none: return 0
        }
    }

    /// Reads a source from its beginning, and waits for its first four bytes.
    ///
    /// - Throws: when it cannot be read, or is a zip archive: those are read as files (``ZipArchive``).
    package init(_ source: any ByteInput) throws(GzipError) {
        sourceSize = source.size
        var input = InputBuffer(source)
        _ = try input.need(4)
        guard !ZipArchive.isBeginning(input.bytes) else {
            let reason =
                "is a zip archive, whose list of files stands at its end: save it as a file, and load that"
            throw GzipError(.unsupported, format: "zip", name: source.name, offset: 0, reason: reason)
        }
        if ZstandardReader.isBeginning(input.bytes) {
            zstandard = try ZstandardReader(input)
        } else {
            gzip = GzipReader(input)
        }
    }

    /// Fills the front of `buffer` with the next bytes, waiting until there is at least one.
    ///
    /// What could be read before a fault is given out first; the call after that throws, and so does every later one.
    ///
    /// - Parameter buffer: where the bytes go; its count, which must not be 0, does not change.
    /// - Returns: how many bytes were written; 0 only at the end.
    /// - Throws: that the source cannot be read, or is damaged.
    package mutating func read(into buffer: inout [UInt8]) throws(GzipError) -> Int {
        precondition(!buffer.isEmpty, "a buffer with room for one byte at least")
        if let failure { throw failure }
        if zstandard == nil { return try gzip?.read(into: &buffer) ?? 0 }
        let found = buffer.withUnsafeMutableBytes { output in zstandard?.read(into: output) }
        let (produced, failure) = found ?? (0, nil)
        self.failure = failure
        if let failure, produced == 0 { throw failure }
        return produced
    }
}
