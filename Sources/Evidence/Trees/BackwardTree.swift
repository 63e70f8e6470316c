/// A Merkle tree of a known size whose leaves come from the last to the first. As many hashes are kept as the size has binary digits.
package struct BackwardTree: Sendable {
    /// How many leaves it has when all have come.
    package let size: Int
    /// Parts whose sizes are powers of two, the leftmost last.
    private var parts: [(level: Int, hash: TreeHash)] = []
    private var rest: Int

    /// A tree whose last leaf has not come yet.
    package init(size: Int) {
        (self.size, rest) = (size, size)
    }

    /// Puts the hash of a leaf before the others; one too many changes nothing but that there is no root. Costs one hash more, as an
    /// average.
    package mutating func append(_ leaf: TreeHash, by hasher: TreeHasher) {
        rest -= 1
        guard rest >= 0 else { return }
        var (level, hash) = (0, leaf)
        // What begins at a multiple of twice its size, and whose right neighbour is whole, is a left half.
        while rest & ((2 << level) - 1) == 0, let right = parts.last, right.level == level {
            hash = hasher.node(hash, right.hash)
            parts.removeLast()
            level += 1
        }
        parts.append((level, hash))
    }

    /// The root (RFC 9162, section 2.1.1); nil where more or fewer leaves came than there were to be.
    package func root(by hasher: TreeHasher) -> TreeHash? {
        guard rest == 0 else { return nil }
        guard var root = parts.first?.hash else { return hasher.empty }
        for part in parts.dropFirst() { root = hasher.node(part.hash, root) }
        return root
    }
}
