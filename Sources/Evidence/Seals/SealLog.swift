internal import AuditRecords
internal import JSONBytes

/// An installation's log of seals: each a line, of which none is ever changed or taken away.
package struct SealLog: Sendable {
    /// The seals, the oldest first.
    package private(set) var seals: [DaySeal] = []
    /// The index of the seal that holds, by day.
    package private(set) var current: [SealedDay: Int] = [:]
    private var leaves: [TreeHash] = []

    /// A log without seals.
    package init() {}

    /// Reads so many lines, each of which must be a seal that belongs where it stands. What stands behind them is left alone:
    /// nobody has vouched for it.
    ///
    /// - Returns: by `end`, how many bytes the lines take.
    package init(_ bytes: [UInt8], size: Int, by hasher: TreeHasher, end: inout Int) throws(NoteFault) {
        end = 0
        while leaves.count < size {
            let rest = bytes[end...]
            guard let length = rest.place(of: UInt8(ascii: "\n")).map({ $0 - end }) else {
                throw NoteFault(
                    "has \(leaves.count) seals, where its checkpoint says \(size): it was rolled back or cut off"
                )
            }
            let line = Array(bytes[end..<end + length])
            do throws(NoteFault) {
                try append(DaySeal(line: line), by: hasher)
            } catch {
                throw NoteFault("line \(leaves.count + 1) \(error)")
            }
            end += length + 1
        }
    }

    /// Puts a seal behind the others.
    ///
    /// - Throws: where it does not belong there: a day has one seal, but for those that name the one they replace.
    package mutating func append(_ seal: DaySeal, by hasher: TreeHasher) throws(NoteFault) {
        guard current[seal.subject] == seal.replaces?.seal else {
            throw NoteFault(
                "is a seal of \(seal.subject) that "
                    + (current[seal.subject].map { "does not say that it replaces the seal \($0)" }
                        ?? "replaces one that is not there"))
        }
        current[seal.subject] = seals.count
        seals.append(seal)
        leaves.append(hasher.leaf(seal.line))
    }

    /// The seals of a day before the one of an index, the newest first.
    package func earlier(than index: Int) -> [Int] {
        var chain: [Int] = []
        var place = seals[index].replaces?.seal
        while let index = place {
            chain.append(index)
            place = seals[index].replaces?.seal
        }
        return chain
    }

    /// The root over the first so many seals.
    package func root(of size: Int, by hasher: TreeHasher) -> TreeHash {
        var tree = TreeFrontier()
        for leaf in leaves.prefix(size) { tree.append(leaf, by: hasher) }
        return tree.root(by: hasher)
    }

    /// What it says of itself.
    package func checkpoint(origin: String, by hasher: TreeHasher) -> Checkpoint {
        Checkpoint(origin: origin, size: leaves.count, root: root(of: leaves.count, by: hasher))
    }

    /// That the seal of an index is in it.
    package func inclusion(of index: Int, by hasher: TreeHasher) -> [TreeHash] {
        proof(ProofBuilder(inclusionOf: index, in: leaves.count), by: hasher)
    }

    /// What leads from the seals of some indices, which are in order, to its root.
    func hashes(around indices: [Int], by hasher: TreeHasher) -> [TreeHash] {
        PartialTree.hashes(around: indices, in: leaves, by: hasher)
    }

    /// That it begins with the log that had so many seals, one at least.
    package func consistency(from earlier: Int, by hasher: TreeHasher) -> [TreeHash] {
        proof(ProofBuilder(consistencyFrom: earlier, to: leaves.count), by: hasher)
    }

    private func proof(_ builder: ProofBuilder, by hasher: TreeHasher) -> [TreeHash] {
        var builder = builder
        for leaf in leaves { builder.append(leaf, by: hasher) }
        return builder.proof ?? []
    }

    /// What is wrong with it beside a checkpoint that somebody kept, for a person to read; nil where it begins with that.
    package func fault(beside kept: Checkpoint, by hasher: TreeHasher) -> String? {
        guard kept.size <= leaves.count else {
            return "the log of seals was rolled back: it has \(leaves.count) seals, and had \(kept.size)"
        }
        // The proof is what a witness would be given, who has no log.
        let tree = (size: leaves.count, root: root(of: leaves.count, by: hasher))
        let path = kept.size == 0 ? [] : consistency(from: kept.size, by: hasher)
        guard
            TreeProof.isConsistent(tree, with: (size: kept.size, root: kept.root), path: path, by: hasher)
        else {
            return "the log of seals was forked: its first \(kept.size) seals are others than they were"
        }
        return nil
    }
}
