import CZlib

/// Compression of whole values in memory. Reading is `GzipReader`.
package enum Gzip {
    /// Compresses to one gzip member.
    ///
    /// The same bytes give the same answer: the header carries no time and no name. Takes some 270 KB
    /// of memory beside the answer.
    ///
    /// - Parameters:
    ///   - bytes: What to compress: none to 1 GiB.
    ///   - level: 1 (fastest) to 9 (smallest).
    /// - Returns: The gzip member.
    /// - Throws: `GzipError.Code.outOfMemory`.
    package static func compress(_ bytes: [UInt8], level: Int = 6) throws(GzipError) -> [UInt8] {
        precondition((1...9).contains(level), "a level from 1 to 9")
        precondition(bytes.count <= 1 << 30, "at most 1 GiB at once")
        var stream = z_stream()
        // zlib keeps the stream's address: all of it happens at one.
        let member = withUnsafeMutablePointer(to: &stream) { deflated(bytes, level: Int32(level), by: $0) }
        guard let member else {
            throw GzipError(.outOfMemory, name: "gzip", offset: 0, reason: "zlib got no memory")
        }
        return member
    }

    private static func deflated(
        _ bytes: [UInt8], level: Int32, by stream: UnsafeMutablePointer<z_stream>
    ) -> [UInt8]? {
        // 15: the largest window; 16: a gzip header and trailer around it.
        guard czlib_deflate_init(stream, level, 15 + 16) == Z_OK else { return nil }
        defer { deflateEnd(stream) }
        let bound = Int(deflateBound(stream, UInt(bytes.count)))
        return bytes.withUnsafeBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                // With room for deflateBound's answer, one call finishes.
                let status = deflate(stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "zlib's bound was too small")
                count = output.count - Int(stream.pointee.avail_out)
            }
        }
    }
}
