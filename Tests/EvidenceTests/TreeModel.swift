import Cryptography
@testable import Evidence

/// Trees and their proofs as RFC 9162 defines them, over all leaves at once.
struct TreeModel {
    let leaves: [[UInt8]]

    private static func hash(_ bytes: [UInt8]) -> [UInt8] { Digest(of: bytes).bytes }

    static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        guard let first = leaves.first else { return hash([]) }
        guard leaves.count > 1 else { return hash([0] + first) }
        let split = leaves.startIndex + split(leaves.count)
        return hash([1] + root(leaves[..<split]) + root(leaves[split...]))
    }

    static func path(_ index: Int, _ leaves: ArraySlice<[UInt8]>) -> [[UInt8]] {
        guard leaves.count > 1 else { return [] }
        let split = leaves.startIndex + split(leaves.count)
        return index < split
            ? path(index, leaves[..<split]) + [root(leaves[split...])]
            : path(index, leaves[split...]) + [root(leaves[..<split])]
    }

    static func consistency(_ earlier: Int, _ leaves: ArraySlice<[UInt8]>, _ isWhole: Bool) -> [[UInt8]] {
        if earlier == leaves.count { return isWhole ? [] : [root(leaves)] }
        let count = split(leaves.count)
        let split = leaves.startIndex + count
        return earlier <= count
            ? consistency(earlier, leaves[..<split], isWhole) + [root(leaves[split...])]
            : consistency(earlier - count, leaves[split...], false) + [root(leaves[..<split])]
    }

    private static func split(_ count: Int) -> Int {
        var split = 1
        while split * 2 < count { split *= 2 }
        return split
    }
}
