/// Whether proofs hold. Nothing is known of the trees but their sizes and roots.
package enum TreeProof {
    /// Whether a path proves that the leaf of a hash is in a tree (RFC 9162, section 2.1.3.2).
    package static func includes(
        _ leaf: TreeHash, at index: Int, in tree: (size: Int, root: TreeHash), path: [TreeHash],
        by hasher: TreeHasher
    ) -> Bool {
        guard index >= 0, index < tree.size else { return false }
        var (place, last) = (index, tree.size - 1)
        var hash = leaf
        for sibling in path {
            guard last > 0 else { return false }
            if place & 1 == 1 || place == last {
                hash = hasher.node(sibling, hash)
                while place & 1 == 0, place != 0 { (place, last) = (place >> 1, last >> 1) }
            } else {
                hash = hasher.node(hash, sibling)
            }
            (place, last) = (place >> 1, last >> 1)
        }
        return last == 0 && hash == tree.root
    }

    /// Whether a path proves that a tree begins with all leaves of an earlier one (RFC 9162, section 2.1.4.2). Every
    /// tree begins with the one that has none.
    package static func isConsistent(
        _ tree: (size: Int, root: TreeHash), with earlier: (size: Int, root: TreeHash), path: [TreeHash],
        by hasher: TreeHasher
    ) -> Bool {
        guard earlier.size >= 0, earlier.size <= tree.size else { return false }
        if earlier.size == 0 { return path.isEmpty && earlier.root == hasher.empty }
        if earlier.size == tree.size { return path.isEmpty && earlier.root == tree.root }
        // A whole part is its own proof of itself, and left out.
        let isPowerOfTwo = earlier.size & (earlier.size - 1) == 0
        let path = isPowerOfTwo ? [earlier.root] + path : path
        guard let first = path.first else { return false }
        var (place, last) = (earlier.size - 1, tree.size - 1)
        while place & 1 == 1 { (place, last) = (place >> 1, last >> 1) }
        var (old, new) = (first, first)
        for sibling in path.dropFirst() {
            guard last > 0 else { return false }
            if place & 1 == 1 || place == last {
                old = hasher.node(sibling, old)
                new = hasher.node(sibling, new)
                while place & 1 == 0, place != 0 { (place, last) = (place >> 1, last >> 1) }
            } else {
                new = hasher.node(new, sibling)
            }
            (place, last) = (place >> 1, last >> 1)
        }
        return last == 0 && old == earlier.root && new == tree.root
    }
}
