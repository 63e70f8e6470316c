import DemoData
import TestSupport
import Testing
@testable import Evidence

/// Trees of which somebody has a part, and trees that are read from their end.
@Suite struct PartialTreeTests {
    private let hasher = TreeHasher()

    private func leaves(_ size: Int) -> [TreeHash] { (0..<size).map { hasher.leaf([UInt8($0), 7]) } }

    private func root(_ leaves: some Sequence<TreeHash>) -> TreeHash {
        var tree = TreeFrontier()
        for leaf in leaves { tree.append(leaf, by: hasher) }
        return tree.root(by: hasher)
    }

    @Test func `some leaves and the hashes around them lead to the root, and nothing else does`() {
        forAll(cases: 400) { random in
            let leaves = leaves(Int.random(in: 0...70, using: &random))
            let chosen = leaves.indices.filter { _ in Int.random(in: 0...4, using: &random) == 0 }
            let hashes = PartialTree.hashes(around: chosen, in: leaves, by: hasher)
            let parts = chosen.map { (index: $0, leaf: leaves[$0]) }
            func root(_ parts: [(index: Int, leaf: TreeHash)], _ size: Int, _ hashes: [TreeHash]) -> TreeHash?
            {
                PartialTree.root(of: parts, size: size, hashes: hashes, by: hasher)
            }
            let whole = self.root(leaves)
            try require(root(parts, leaves.count, hashes) == whole, "\(chosen) of \(leaves.count)")
            try require(hashes.count <= max(1, chosen.count) * 7, "as few as there can be")
            try require(root(parts, leaves.count, hashes + [whole]) != whole, "a hash too many")
            guard let place = hashes.indices.randomElement(using: &random) else { return }
            var wrong = hashes
            wrong.remove(at: place)
            try require(root(parts, leaves.count, wrong) != whole, "a hash too few")
            wrong = hashes
            wrong[place] = hasher.leaf([200])
            try require(root(parts, leaves.count, wrong) != whole, "another hash")
            guard let part = parts.indices.randomElement(using: &random) else { return }
            var other = parts
            other[part].leaf = hasher.leaf([201])
            try require(root(other, leaves.count, hashes) != whole, "another leaf")
            other = parts
            other.remove(at: part)
            try require(root(other, leaves.count, hashes) != whole, "a leaf left out")
            other = parts + [parts[part]]
            try require(root(other, leaves.count, hashes) == nil, "a leaf twice")
            other = parts
            other[part].index = leaves.count
            try require(root(other, leaves.count, hashes) == nil, "a leaf behind the tree")
        }
    }

    @Test func `a tree from its end has the root of the same from its beginning`() {
        for size in 0...300 {
            var tree = BackwardTree(size: size)
            let leaves = (0..<size).map { hasher.leaf([UInt8($0 & 255), UInt8($0 >> 8)]) }
            #expect((tree.root(by: hasher) == nil) == (size > 0))
            for leaf in leaves.reversed() { tree.append(leaf, by: hasher) }
            #expect(tree.root(by: hasher) == root(leaves), "\(size)")
            tree.append(hasher.leaf([9]), by: hasher)
            #expect(tree.root(by: hasher) == nil, "one too many of \(size)")
        }
    }
}
