import AuditRecords
import Evidence
import Files
import QueryService

/// Holds one record against the proof that the interface answered for it: from two files and the log's public key.
struct AnswerVerification {
    private static let mostBytes = 64 << 20

    private(set) var report = VerificationReport()

    /// - Parameters:
    ///   - record: the file with what `/v1/records/{id}` answered.
    ///   - proof: the file with what `/v1/records/{id}/proof` did.
    ///   - key: the log's public key.
    ///   - kept: checkpoints that somebody kept.
    ///   - witnesses: who must have signed the checkpoint.
    /// - Throws: that a file cannot be read.
    mutating func run(
        record: String, proof: String, key: VerifierKey, kept: [(name: String, note: SignedNote)],
        witnesses: [VerifierKey]
    ) throws {
        let (recordBytes, proofBytes) = (
            try LocalFile.read(record, limit: Self.mostBytes),
            try LocalFile.read(proof, limit: Self.mostBytes)
        )
        let found: AuditRecord
        do throws(AnswerPageError) {
            found = try AnsweredRecord.read(recordBytes)
        } catch {
            return note(.wrong, "\(record.printable) \(error)")
        }
        let proved: RecordProof
        let checkpoint: Checkpoint
        do throws(NoteFault) {
            proved = try RecordProof(json: proofBytes)
            checkpoint = try Checkpoint(proved.note)
        } catch {
            return note(.wrong, "\(proof.printable) \(error)")
        }
        if let fault = VerifiedHead.fault(of: proved.note, checkpoint, key) {
            note(.wrong, "\(proof.printable): its checkpoint \(fault)")
        }
        if let fault = VerifiedHead.fault(of: checkpoint, key, beside: kept, of: "proof") {
            note(.wrong, fault)
        }
        report.verify(witnesses, proved.note)
        if let fault = proved.fault(of: found, by: TreeHasher()) {
            note(.wrong, "\(proof.printable) \(fault)")
        }
        guard report.ok else { return }
        (report.origin, report.seals) = (checkpoint.origin, checkpoint.size)
        (report.days, report.records) = (1, 1)
        let id = String(decoding: found.key.auditId.bytes, as: UTF8.self)
        let subject = proved.seal.subject.description
        let sealed = String(decoding: proved.seal.sealed.text, as: UTF8.self)
        note(
            .ok,
            "\(id.printable) is proved: one of the \(counted(proved.seal.count, "record")) of \(subject.printable), "
                + "sealed at \(sealed) as seal \(proved.sealIndex) of \(checkpoint.origin)")
    }

    private mutating func note(_ state: Finding.State, _ text: String) { report.note(state, text, .record) }
}
