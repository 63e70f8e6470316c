package import AuditRecords
internal import JSONBytes

/// What proves one record, as `/v1/records/{id}/proof` answers it.
package struct RecordProof: Sendable {
    /// The record's id, as it is said.
    package let id: [UInt8]
    private let leaf: TreeHash
    private let index: Int
    private let path: [TreeHash]
    /// The seal of its day.
    package let seal: DaySeal
    /// The seal's place in the log.
    package let sealIndex: Int
    private let sealPath: [TreeHash]
    /// The log's checkpoint as it was signed.
    package let note: SignedNote

    /// What is wrong with it beside the record that it is said to be of, for a person to read; nil where that is one of its day as the
    /// checkpoint vouches for it. Who signed that is another question. Costs a hash for each step.
    package func fault(of record: AuditRecord, by hasher: TreeHasher) -> String? {
        var leaves = RecordLeaves(by: hasher)
        let checkpoint: Checkpoint
        do throws(NoteFault) { checkpoint = try Checkpoint(note) } catch { return "its checkpoint \(error)" }
        guard record.key.id == id else {
            return "is of another record, \(String(decoding: id, as: UTF8.self))"
        }
        guard let found = try? leaves.leaf(of: record) else {
            return "is of a record that says something twice, and so nothing for sure"
        }
        guard found == leaf else { return "is of a record that says something else: this one was changed" }
        let day = SealedDay(systemId: record.key.systemId, day: record.key.instant.day)
        guard seal.subject == day else {
            return "has the seal of \(seal.subject), and the record is of \(day)"
        }
        guard
            TreeProof.includes(leaf, at: index, in: (seal.count, seal.root), path: path, by: hasher)
        else {
            return
                "does not lead from the record to the seal's root: the record is not among those that were sealed"
        }
        guard
            TreeProof.includes(
                hasher.leaf(seal.line), at: sealIndex, in: (checkpoint.size, checkpoint.root), path: sealPath,
                by: hasher)
        else { return "does not lead from the seal to the checkpoint's root: the seal is not in the log" }
        return nil
    }

    /// Reads an answer, white space and the order of members aside.
    package init(json: [UInt8]) throws(NoteFault) {
        let members: ProofMembers
        do throws(JSONFault) {
            members = try ProofMembers(json)
        } catch {
            throw NoteFault("is no proof of a record as it is answered: \(error)")
        }
        guard let leaf = members.leaf, let index = members.index, let path = members.path,
            let line = members.seal, let sealIndex = members.sealIndex, let sealPath = members.sealPath
        else { throw NoteFault("is no proof of a record as it is answered: a member is missing") }
        (id, self.leaf, self.index, self.path) = (members.id, leaf, index, path)
        seal = try DaySeal(line: line)
        (self.sealIndex, self.sealPath) = (sealIndex, sealPath)
        note = try SignedNote(members.note)
    }
}

/// The members of the object.
private struct ProofMembers {
    var id: [UInt8] = []
    var leaf: TreeHash?
    var index, sealIndex: Int?
    var path, sealPath: [TreeHash]?
    var seal: [UInt8]?
    var note: [UInt8] = []

    init(_ json: [UInt8]) throws(JSONFault) {
        var members = Self()
        try JSONCursor.envelope(of: json) { cursor, name throws(JSONFault) in
            try members.read(name, from: &cursor)
        }
        self = members
    }

    private init() {}

    private mutating func read(_ name: [UInt8], from cursor: inout JSONCursor) throws(JSONFault) {
        switch String(decoding: name, as: UTF8.self) {
        case "id": id = try cursor.text(cursor.string())
        case "leaf": leaf = try cursor.treeHash()
        case "index": index = try cursor.wholeNumber()
        case "path": path = try cursor.treeHashes()
        case "seal": seal = try cursor.canonicalObject()
        case "sealIndex": sealIndex = try cursor.wholeNumber()
        case "sealPath": sealPath = try cursor.treeHashes()
        case "checkpoint": note = try cursor.text(cursor.string())
        default: _ = try cursor.value()
        }
    }
}
