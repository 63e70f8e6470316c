/// Makes a proof from the leaves of a tree as they come by, in memory for as many hashes as the proof has.
///
/// A proof's hashes are the roots of parts of the tree that do not overlap. Which leaves those have is known before
/// the first one comes.
package struct ProofBuilder {
    /// The leaves of each part, in the order of the proof.
    private let parts: [Range<Int>]
    /// The parts' places, in the order of their leaves.
    private let arrivals: [Int]
    private var hashes: [TreeHash?]
    private var index = 0
    private var arrived = 0
    private var part = TreeFrontier()

    private init(_ parts: [Range<Int>]) {
        self.parts = parts
        arrivals = parts.indices.sorted { parts[$0].lowerBound < parts[$1].lowerBound }
        hashes = Array(repeating: nil, count: parts.count)
    }

    /// A proof that a leaf is in a tree of a size, which is larger than its index.
    package init(inclusionOf leaf: Int, in size: Int) {
        self.init(Self.path(of: leaf, in: 0..<size))
    }

    /// A proof that a tree of a size begins with the leaves of an earlier one, which had one at least.
    package init(consistencyFrom earlier: Int, to size: Int) {
        self.init(Self.consistency(from: earlier, in: 0..<size, isWhole: true))
    }

    /// Takes the hash of the next leaf.
    package mutating func append(_ leaf: TreeHash, by hasher: TreeHasher) {
        defer { index += 1 }
        guard arrived < arrivals.count, parts[arrivals[arrived]].contains(index) else { return }
        part.append(leaf, by: hasher)
        guard index + 1 == parts[arrivals[arrived]].upperBound else { return }
        hashes[arrivals[arrived]] = part.root(by: hasher)
        part = TreeFrontier()
        arrived += 1
    }

    /// The proof, once the whole tree has come by; nil before.
    package var proof: [TreeHash]? {
        let known = hashes.compactMap { $0 }
        return known.count == hashes.count ? known : nil
    }

    /// RFC 9162, section 2.1.3.1.
    private static func path(of leaf: Int, in tree: Range<Int>) -> [Range<Int>] {
        guard tree.count > 1 else { return [] }
        let split = tree.treeDivision
        return leaf < split
            ? path(of: leaf, in: tree.lowerBound..<split) + [split..<tree.upperBound]
            : path(of: leaf, in: split..<tree.upperBound) + [tree.lowerBound..<split]
    }

    /// RFC 9162, section 2.1.4.1.
    private static func consistency(
        from earlier: Int, in tree: Range<Int>, isWhole: Bool
    ) -> [Range<Int>] {
        guard earlier < tree.upperBound else { return isWhole ? [] : [tree] }
        let split = tree.treeDivision
        return earlier <= split
            ? consistency(from: earlier, in: tree.lowerBound..<split, isWhole: isWhole)
                + [split..<tree.upperBound]
            : consistency(from: earlier, in: split..<tree.upperBound, isWhole: false)
                + [tree.lowerBound..<split]
    }
}
