/// A tree of which somebody has some leaves, and of all others no more than the roots of the parts without any of his: as few hashes
/// as there can be.
package enum PartialTree {
    /// The roots of the parts of a tree that have none of some leaves, whose indices are given in order; from left to right. Costs a
    /// hash for each leaf that is left out.
    package static func hashes(
        around chosen: [Int], in leaves: [TreeHash], by hasher: TreeHasher
    ) -> [TreeHash] {
        var hashes: [TreeHash] = []
        walk(chosen[...], 0..<leaves.count) { part in
            var tree = TreeFrontier()
            for leaf in leaves[part] { tree.append(leaf, by: hasher) }
            hashes.append(tree.root(by: hasher))
        }
        return hashes
    }

    /// The root that leaves, in order, and the hashes around them (``hashes(around:in:by:)``) lead to in a tree of so many leaves; nil
    /// where there are too few or too many, or an index is out of its place. Costs some hashes for each leaf.
    package static func root(
        of chosen: [(index: Int, leaf: TreeHash)], size: Int, hashes: [TreeHash], by hasher: TreeHasher
    ) -> TreeHash? {
        let indices = chosen.map(\.index)
        guard size >= 0, zip(indices, indices.dropFirst()).allSatisfy({ $0 < $1 }),
            (indices.first ?? 0) >= 0, (indices.last ?? -1) < size
        else { return nil }
        guard size > 0 else { return hashes.isEmpty ? hasher.empty : nil }
        var rest = hashes[...]
        let root = root(of: chosen[...], in: 0..<size, &rest, by: hasher)
        return rest.isEmpty ? root : nil
    }

    private static func root(
        of chosen: ArraySlice<(index: Int, leaf: TreeHash)>, in tree: Range<Int>,
        _ hashes: inout ArraySlice<TreeHash>, by hasher: TreeHasher
    ) -> TreeHash? {
        guard let first = chosen.first else { return hashes.popFirst() }
        guard tree.count > 1 else { return first.leaf }
        let split = tree.treeDivision
        let middle = chosen.firstIndex { $0.index >= split } ?? chosen.endIndex
        guard let left = root(of: chosen[..<middle], in: tree.lowerBound..<split, &hashes, by: hasher),
            let right = root(of: chosen[middle...], in: split..<tree.upperBound, &hashes, by: hasher)
        else { return nil }
        return hasher.node(left, right)
    }

    /// Gives the largest parts of a tree that have none of the chosen leaves to a body, from left to right.
    private static func walk(_ chosen: ArraySlice<Int>, _ tree: Range<Int>, _ body: (Range<Int>) -> Void) {
        guard !tree.isEmpty else { return }
        guard !chosen.isEmpty else { return body(tree) }
        guard tree.count > 1 else { return }
        let split = tree.treeDivision
        let middle = chosen.firstIndex { $0 >= split } ?? chosen.endIndex
        walk(chosen[..<middle], tree.lowerBound..<split, body)
        walk(chosen[middle...], split..<tree.upperBound, body)
    }
}
