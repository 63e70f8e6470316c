/// A Merkle tree that grows leaf by leaf, of which only the roots of its whole parts are kept: as many hashes as its size
/// has binary ones.
package struct TreeFrontier: Hashable, Sendable {
    /// Of the parts whose sizes are powers of two, the largest first.
    private var roots: [TreeHash] = []
    /// How many leaves it has.
    package private(set) var count = 0

    /// A tree without leaves.
    package init() {}

    /// Puts the hash of a leaf behind the others. Costs one hash more, as an average.
    package mutating func append(_ leaf: TreeHash, by hasher: TreeHasher) {
        var hash = leaf
        var rest = count
        while rest & 1 == 1 {
            hash = hasher.node(roots.removeLast(), hash)
            rest >>= 1
        }
        roots.append(hash)
        count += 1
    }

    /// The root (RFC 9162, section 2.1.1). Costs some hashes.
    package func root(by hasher: TreeHasher) -> TreeHash {
        guard var root = roots.last else { return hasher.empty }
        for left in roots.dropLast().reversed() { root = hasher.node(left, root) }
        return root
    }
}
