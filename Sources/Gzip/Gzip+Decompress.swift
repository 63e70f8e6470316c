import CZlib

extension Gzip {
    /// The content of one gzip member, which is all of `bytes`. It may have `limit` bytes at most: a small
    /// member may hold a very large one.
    ///
    /// - Throws: when it is no gzip member, when it is cut or followed by something, or larger than the limit.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(GzipError) -> [UInt8] {
        // zlib takes its own format too.
        guard bytes.count < 2 || bytes.starts(with: [0x1f, 0x8b]) else {
            throw fault(.corrupt, 0, "this is no gzip member")
        }
        guard let inflater = Inflater() else { throw fault(.outOfMemory, 0, "zlib got no memory") }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        var position = 0
        while true {
            let step = bytes.withUnsafeBytes { input in
                chunk.withUnsafeMutableBytes { output in
                    inflater.step(from: UnsafeRawBufferPointer(rebasing: input[position...]), into: output)
                }
            }
            position += step.consumed
            content.append(contentsOf: chunk[..<step.produced])
            guard content.count <= limit else {
                throw fault(.tooLarge, position, "the content is larger than \(limit) bytes")
            }
            switch step.outcome {
            case .endOfMember where position == bytes.count: return content
            case .endOfMember: throw fault(.corrupt, position, "something follows the gzip member")
            case .corrupt(let reason): throw fault(.corrupt, position, reason)
            case .outOfMemory: throw fault(.outOfMemory, position, "zlib got no memory")
            case .more:
                guard step.consumed > 0 || step.produced > 0 else {
                    throw fault(.truncated, position, "the gzip member is cut")
                }
            }
        }
    }

    /// The CRC-32 of bytes, as gzip and Ethernet have it (IEEE 802.3).
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_z(0, bytes, bytes.count))
    }

    /// The CRC-32 of bytes behind others, whose CRC-32 is given: 0 of none.
    package static func checksum(_ bytes: UnsafeRawBufferPointer, behind checksum: UInt32) -> UInt32 {
        let start = bytes.baseAddress?.assumingMemoryBound(to: Bytef.self)
        // Of no address zlib gives what it begins with, whatever came before.
        guard let start else { return checksum }
        return UInt32(truncatingIfNeeded: crc32_z(UInt(checksum), start, bytes.count))
    }

    private static func fault(_ code: GzipError.Code, _ offset: Int, _ reason: String) -> GzipError {
        GzipError(code, name: "gzip", offset: Int64(offset), reason: reason)
    }
}
