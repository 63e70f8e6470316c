internal import CZstandard

/// libzstd's compression of whole values in memory.
package enum Zstandard {
    /// Compresses to one frame with a checksum (RFC 8878). The same bytes give the same answer from one version of libzstd.
    ///
    /// - Parameters:
    ///   - bytes: what to compress.
    ///   - level: 1 (fastest) to 19.
    /// - Returns: the frame; nil when libzstd gets no memory.
    package static func compress(_ bytes: [UInt8], level: Int32 = 3) -> [UInt8]? {
        guard let context = ZSTD_createCCtx() else { return nil }
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        let bound = ZSTD_compressBound(bytes.count)
        var isDone = false
        let frame = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            let answer = ZSTD_compress2(context, output.baseAddress, bound, bytes, bytes.count)
            isDone = ZSTD_isError(answer) == 0
            count = isDone ? answer : 0
        }
        return isDone ? frame : nil
    }
}
