internal import CDeflate
internal import Dispatch
internal import Synchronization

/// gzip of whole values in memory, three to six times as fast as zlib's, which is for streams (docs/decisions/0075).
package enum Deflate {
    /// What a gzip member takes at least: header, one block, trailer.
    package static let smallestMember = 18 + 2

    /// Compresses to one gzip member (RFC 1952), at the fastest level.
    ///
    /// The same bytes give the same member with one version of the library: it has no time and no name in it. Takes room
    /// for `limit` bytes, and some 0.3 MB for each of eight threads at work at most.
    ///
    /// - Parameters:
    ///   - bytes: What to compress.
    ///   - limit: The most bytes that the member may have.
    /// - Returns: The member; nil where it would be larger, or there is no memory.
    package static func gzip(_ bytes: [UInt8], within limit: Int) -> [UInt8]? {
        guard limit >= smallestMember else { return nil }
        let member = Compressors.shared.withOne { compressor in
            [UInt8](unsafeUninitializedCapacity: limit) { output, count in
                count = bytes.withUnsafeBytes { input in
                    // libdeflate wants an address, of no bytes too.
                    libdeflate_gzip_compress(
                        compressor, input.baseAddress ?? UnsafeRawPointer(output.baseAddress), input.count,
                        output.baseAddress, limit)
                }
            }
        }
        return member.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The CRC-32 of gzip and zip (RFC 1952 section 8), by what the processor has for it: 71 KB take some microseconds.
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { libdeflate_crc32(0, $0.baseAddress, $0.count) }
    }

    /// The content of one gzip member, which is all of `member`.
    ///
    /// - Parameters:
    ///   - member: What `gzip` made.
    ///   - byteCount: How many bytes were compressed.
    /// - Returns: Those bytes; nil where the member is none, or has another number of them or another checksum, or there is no
    ///   memory.
    package static func gunzip(_ member: [UInt8], byteCount: Int) -> [UInt8]? {
        guard let handle = libdeflate_alloc_decompressor() else { return nil }
        defer { libdeflate_free_decompressor(handle) }
        var isWhole = false
        let content = [UInt8](unsafeUninitializedCapacity: max(byteCount, 1)) { output, count in
            var consumed = 0
            var produced = 0
            let result = member.withUnsafeBytes { input in
                libdeflate_gzip_decompress_ex(
                    handle, input.baseAddress ?? UnsafeRawPointer(output.baseAddress), input.count,
                    output.baseAddress, byteCount, &consumed, &produced)
            }
            isWhole = result == LIBDEFLATE_SUCCESS && consumed == member.count && produced == byteCount
            count = isWhole ? byteCount : 0
        }
        return isWhole ? content : nil
    }
}

/// libdeflate's memory for threads that compress. It is kept: malloc would map so large a piece for each answer, and unmap it.
private final class Compressors: Sendable {
    static let shared = Compressors()

    private static let level: Int32 = 1
    /// More than this many threads at work would only take turns on the processors, and each needs its memory.
    private static let most = 8

    private let places = DispatchSemaphore(value: most)
    private let idle = Mutex<[Compressor]>([])

    /// Runs `body` with one that no other thread has, waiting for it if need be; nil when there is no memory.
    func withOne<Value>(_ body: (OpaquePointer) -> Value) -> Value? {
        places.wait()
        defer { places.signal() }
        let kept = idle.withLock { $0.popLast() }
        guard let handle = kept?.handle ?? libdeflate_alloc_compressor(Self.level) else { return nil }
        defer { idle.withLock { $0.append(Compressor(handle: handle)) } }
        return body(handle)
    }
}

/// `@unchecked Sendable`: one thread at a time has it.
private struct Compressor: @unchecked Sendable {
    let handle: OpaquePointer
}
