/// What a log says of itself: its name, how many leaves it has, and their tree's root (C2SP, tlog-checkpoint).
package struct Checkpoint: Hashable, Sendable {
    /// Which log it is.
    package let origin: String
    /// The number of its leaves.
    package let size: Int
    /// The root of their tree.
    package let root: TreeHash

    /// A checkpoint of its parts. The origin must be able to name a key (``VerifierKey/isName(_:)``).
    package init(origin: String, size: Int, root: TreeHash) {
        (self.origin, self.size, self.root) = (origin, size, root)
    }

    /// Reads the text of a note. Lines behind the third are others' to understand.
    package init(_ note: SignedNote) throws(NoteFault) {
        let lines = note.text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .dropLast()
        let digits = lines.count > 1 ? String(decoding: lines[1], as: UTF8.self) : ""
        guard lines.count >= 3, !lines.contains(where: \.isEmpty), let size = Int(digits), size >= 0,
            String(size) == digits, let root = TreeHash(base64: lines[2])
        else { throw NoteFault("is no checkpoint: its lines must be an origin, a size and a root in base64") }
        self.init(origin: String(decoding: lines[0], as: UTF8.self), size: size, root: root)
    }

    /// The text to sign.
    package var text: [UInt8] {
        Array("\(origin)\n\(size)\n".utf8) + root.base64 + [UInt8(ascii: "\n")]
    }
}
