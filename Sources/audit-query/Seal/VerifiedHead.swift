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

    /// What is wrong with checkpoints that were kept, beside one without its log; nil where all of them are that one. Of another size
    /// nothing can be told without the log.
    static func fault(
        of checkpoint: Checkpoint, _ key: VerifierKey, beside kept: [(name: String, note: SignedNote)],
        of owner: String
    ) -> String? {
        for each in kept {
            let name = each.name.printable
            guard let other = try? Checkpoint(each.note) else { return "\(name) is no checkpoint" }
            if let fault = fault(of: each.note, other, key) { return "\(name) \(fault)" }
            guard other.size == checkpoint.size else {
                return
                    "\(name) is of \(other.size) seals, and the \(owner)'s checkpoint of \(checkpoint.size): whether one goes on from "
                    + "the other, a copy of the log tells (verify --log-only --folder)"
            }
            guard other == checkpoint else {
                return
                    "the log of seals was forked: \(name) and the \(owner)'s checkpoint are two of one size"
            }
        }
        return nil
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
