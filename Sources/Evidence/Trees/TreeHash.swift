internal import Cryptography
internal import JSONBytes

/// The hash of a leaf or a node of a Merkle tree: the 32 bytes of a SHA-256.
package struct TreeHash: Hashable, Sendable {
    private var words = SIMD4<UInt64>()

    /// The bytes of one.
    package static let byteCount = 32

    fileprivate init(_ write: (UnsafeMutableRawBufferPointer) -> Void) {
        withUnsafeMutableBytes(of: &words) { write($0) }
    }

    /// A hash that was kept; nil for another number of bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    }

    /// A hash that was kept as base64; nil for any other text.
    package init?(base64 text: some Sequence<UInt8>) {
        guard let bytes = [UInt8](base64: text) else { return nil }
        self.init(bytes: bytes)
    }

    /// The 32 bytes.
    package var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    /// As signed notes have it.
    package var base64: [UInt8] { bytes.base64 }

    /// Gives the bytes to a body, uncopied.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: words) { body($0) }
    }
}

/// Makes the hashes of a Merkle tree (RFC 9162, section 2.1.1; the same as RFC 6962's). For one thread.
package final class TreeHasher {
    private let state = DigestState()

    /// A hasher of its own.
    package init() {}

    /// The hash of a leaf of these bytes: of a zero byte and them, so that no leaf is a node.
    package func leaf(_ bytes: [UInt8]) -> TreeHash {
        withUnsafeBytes(of: 0 as UInt8) { prefix in
            bytes.withUnsafeBytes { bytes in TreeHash { state.digest(prefix, bytes, into: $0) } }
        }
    }

    /// The hash of the node over two: of a byte that is one and them.
    package func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * TreeHash.byteCount, alignment: 1) { node in
            node[0] = 1
            left.withBytes { UnsafeMutableRawBufferPointer(rebasing: node[1...]).copyMemory(from: $0) }
            right.withBytes {
                UnsafeMutableRawBufferPointer(rebasing: node[(1 + TreeHash.byteCount)...]).copyMemory(
                    from: $0)
            }
            return TreeHash { state.digest(UnsafeRawBufferPointer(node), into: $0) }
        }
    }

    /// The root of a tree without leaves: the digest of nothing.
    package var empty: TreeHash {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        return TreeHash { state.digest(nothing, into: $0) }
    }
}

extension Range<Int> {
    /// Where the tree of the leaves of these indices is divided (RFC 9162, section 2.1.1): behind the largest power of two that is less
    /// than their number.
    var treeDivision: Int { lowerBound + (1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)) }
}
