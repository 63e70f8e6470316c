import Cryptography
import DemoData
import TestSupport
import Testing
@testable import Evidence

@Suite struct TreeTests {
    /// The leaves that Certificate Transparency's own tests have, and the roots of the first, the first two, …
    private static let leaves: [[UInt8]] = [
        [], [0], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57),
        Array(0x60...0x6F),
    ]
    private static let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    private let hasher = TreeHasher()

    private func root(_ leaves: some Sequence<[UInt8]>) -> TreeHash {
        var tree = TreeFrontier()
        for leaf in leaves { tree.append(hasher.leaf(leaf), by: hasher) }
        return tree.root(by: hasher)
    }

    private func proof(_ builder: ProofBuilder, _ leaves: some Sequence<[UInt8]>) throws -> [TreeHash] {
        var builder = builder
        for leaf in leaves { builder.append(hasher.leaf(leaf), by: hasher) }
        return try #require(builder.proof)
    }

    @Test func `roots are those of Certificate Transparency's tests`() {
        #expect(
            root([]).bytes.hexadecimal == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        for (index, expected) in Self.roots.enumerated() {
            #expect(root(Self.leaves.prefix(index + 1)).bytes.hexadecimal == expected)
        }
    }

    @Test func `roots and proofs are those of the definition, and hold`() throws {
        for size in 1...40 {
            let leaves = (0..<size).map { [UInt8($0), 7] }
            let tree = (size: size, root: root(leaves))
            #expect(tree.root.bytes == TreeModel.root(leaves[...]))
            for index in 0..<size {
                let path = try proof(ProofBuilder(inclusionOf: index, in: size), leaves)
                #expect(path.map(\.bytes) == TreeModel.path(index, leaves[...]))
                let leaf = hasher.leaf(leaves[index])
                #expect(TreeProof.includes(leaf, at: index, in: tree, path: path, by: hasher))
                let earlier = (size: index + 1, root: root(leaves[...index]))
                let growth = try proof(ProofBuilder(consistencyFrom: index + 1, to: size), leaves)
                #expect(growth.map(\.bytes) == TreeModel.consistency(index + 1, leaves[...], true))
                #expect(TreeProof.isConsistent(tree, with: earlier, path: growth, by: hasher))
            }
        }
    }

    @Test func `a proof of anything else does not hold`() {
        forAll(cases: 300) { random in
            let size = Int.random(in: 2...70, using: &random)
            let leaves = (0..<size).map { [UInt8($0), 7] }
            let tree = (size: size, root: root(leaves))
            let index = Int.random(in: 0..<size, using: &random)
            let leaf = hasher.leaf(leaves[index])
            let path = try proof(ProofBuilder(inclusionOf: index, in: size), leaves)
            let other = Int.random(in: -1...size + 1, using: &random)
            try require(
                other == index || !TreeProof.includes(leaf, at: other, in: tree, path: path, by: hasher),
                "leaf \(index) of \(size) at \(other)")
            try require(
                !TreeProof.includes(hasher.leaf([9]), at: index, in: tree, path: path, by: hasher), "leaf")
            for wrong in mutations(of: path, &random) {
                try require(
                    !TreeProof.includes(leaf, at: index, in: tree, path: wrong, by: hasher), "path of \(size)"
                )
            }
        }
    }

    @Test func `a tree that does not begin with the earlier one is not consistent with it`() {
        forAll(cases: 300) { random in
            let size = Int.random(in: 2...70, using: &random)
            let leaves = (0..<size).map { [UInt8($0), 7] }
            let tree = (size: size, root: root(leaves))
            let count = Int.random(in: 1..<size, using: &random)
            let earlier = (size: count, root: root(leaves[..<count]))
            let path = try proof(ProofBuilder(consistencyFrom: count, to: size), leaves)
            var changed = leaves
            changed[Int.random(in: 0..<count, using: &random)] = [9]
            let fork = (size: size, root: root(changed))
            let forked = try proof(ProofBuilder(consistencyFrom: count, to: size), changed)
            try require(
                !TreeProof.isConsistent(fork, with: earlier, path: forked, by: hasher), "a fork of \(size)")
            try require(
                !TreeProof.isConsistent(earlier, with: tree, path: path, by: hasher), "rolled back")
            let other = Int.random(in: 0...size, using: &random)
            try require(
                other == count
                    || !TreeProof.isConsistent(
                        tree, with: (other, earlier.root), path: path, by: hasher),
                "another size")
            for wrong in mutations(of: path, &random) {
                try require(
                    !TreeProof.isConsistent(tree, with: earlier, path: wrong, by: hasher), "path of \(size)")
            }
        }
    }

    @Test func `every tree begins with the one without leaves`() {
        let tree = (size: 3, root: root(Self.leaves.prefix(3)))
        #expect(TreeProof.isConsistent(tree, with: (0, hasher.empty), path: [], by: hasher))
        #expect(!TreeProof.isConsistent(tree, with: (0, tree.root), path: [], by: hasher))
        #expect(!TreeProof.isConsistent(tree, with: (0, hasher.empty), path: [tree.root], by: hasher))
        #expect(TreeProof.isConsistent(tree, with: tree, path: [], by: hasher))
        #expect(!TreeProof.isConsistent(tree, with: (3, hasher.empty), path: [], by: hasher))
    }

    @Test func `a hash is known by its bytes and by their base64`() {
        let hash = hasher.leaf([1])
        #expect(TreeHash(bytes: hash.bytes) == hash && TreeHash(base64: hash.base64) == hash)
        #expect(TreeHash(bytes: hash.bytes + [0]) == nil && TreeHash(base64: "AA==".utf8) == nil)
    }

    /// The proof with one hash changed, gone, twice, put in, or two of them changed for one another.
    private func mutations(of path: [TreeHash], _ random: inout SplitMix64) -> [[TreeHash]] {
        let foreign = hasher.leaf([200])
        var wrong = [path + [foreign], [foreign] + path]
        guard let place = path.indices.randomElement(using: &random) else { return wrong }
        for replacement in [[], [foreign], [path[place], path[place]]] {
            wrong.append(Array(path[..<place]) + replacement + Array(path[(place + 1)...]))
        }
        if place > 0 {
            var swapped = path
            swapped.swapAt(place, place - 1)
            wrong.append(swapped)
        }
        return wrong
    }
}
