import Evidence
import QueryService

/// Whether the head of a log of seals is its key's, and goes on from what was seen of it.
enum VerifiedHead {
    /// What is wrong, for a person to read; nil where nothing is.
    static func fault(
        of contents: SealFolder.Contents, _ key: VerifierKey, kept: [(name: String, note: SignedNote)],
        by hasher: TreeHasher
    ) -> String? {
        if let fault = fault(of: contents.note, contents.checkpoint, key) {
            return "its checkpoint \(fault)"
        }
        for each in kept {
            if let fault = fault(of: each.note, in: contents.log, key, by: hasher) {
                return "\(fault) (\(each.name))"
            }
        }
        return nil
    }

    /// What is wrong with what was kept, or with the log beside it.
    private static func fault(
        of kept: SignedNote, in log: SealLog, _ key: VerifierKey, by hasher: TreeHasher
    ) -> String? {
        guard let checkpoint = try? Checkpoint(kept) else { return "what was kept is no checkpoint" }
        if let fault = fault(of: kept, checkpoint, key) { return "what was kept \(fault)" }
        return log.fault(beside: checkpoint, by: hasher)
    }

    /// What is wrong with a checkpoint's signature, for a person to read; nil where nothing is.
    static func fault(of note: SignedNote, _ checkpoint: Checkpoint, _ key: VerifierKey)
        -> String?
    {
        guard checkpoint.origin == key.name else {
            return "is of the log \(checkpoint.origin), and the key is of \(key.name)"
        }
        switch note.verdict(of: key) {
        case .signed: return nil
        case .unsigned: return "is not signed by the key \(key)"
        case .forged: return "has a signature that is not the key's whose it says it is: it was changed"
        }
    }
}
