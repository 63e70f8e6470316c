import AuditRecords
import Evidence

/// What came of it.
struct VerificationReport: Encodable {
    private(set) var ok = true
    /// The log's name; nil, and left out, where it is not whole.
    var origin: String?
    var seals = 0
    /// The sealed days that were read.
    var days = 0
    /// How many records were sealed in them.
    var records = 0
    private(set) var findings: [Finding] = []
    /// Days that are not as they were sealed.
    private(set) var differing: [SealReport] = []

    mutating func note(_ state: Finding.State, _ text: String, _ subject: Finding.Subject = .seals) {
        if state == .wrong { ok = false }
        findings.append(Finding(subject, state, text))
    }

    /// Whether witnesses have signed a checkpoint.
    mutating func verify(_ witnesses: [VerifierKey], _ note: SignedNote) {
        for witness in witnesses { verify(witness, note) }
    }

    private mutating func verify(_ witness: VerifierKey, _ signed: SignedNote) {
        switch signed.verdict(of: witness) {
        case .signed(let time):
            let instant = time.map { Timestamp(seconds: Int64($0)) }
            let when = instant.map { " at \(String(decoding: $0.text(fractionDigits: 0), as: UTF8.self))" }
            note(.ok, "witness: \(witness.name) signed the checkpoint\(when ?? "")")
        case .unsigned: note(.wrong, "witness: \(witness.name) has not signed the checkpoint")
        case .forged:
            note(
                .wrong,
                "witness: a signature below the checkpoint says that it is \(witness.name)'s, and is not")
        }
    }

    mutating func note(_ day: SealReport) {
        ok = false
        differing.append(day)
    }

    /// A day that was sealed anew is as it was sealed; what was found then is worth knowing.
    mutating func note(renewed seal: DaySeal, _ index: Int, _ replaced: DaySeal.Replacement) {
        let counts = replaced.difference
        var what: [String] = []
        if counts.appeared > 0 { what.append("\(counted(counts.appeared, "record")) had appeared") }
        if counts.vanished > 0 { what.append("\(counted(counts.vanished, "record")) had vanished") }
        if counts.changed > 0 { what.append("\(counted(counts.changed, "record")) had changed") }
        if counts.stretches > 0 {
            what.append("other records were there in \(counted(counts.stretches, "part")) of it")
        }
        let subject = seal.subject.description.printable
        let list = what.joined(separator: ", ")
        note(
            counts.isOnlyLate ? .ok : .warning,
            "seal \(index): \(subject) was sealed anew in place of seal \(replaced.seal): \(list)")
    }

    var lines: [String] {
        var lines = findings.map { $0.line(coloured: Console.usesColour) }
        for day in differing {
            let text =
                "seal \(day.seal): \(day.systemId.printable) on \(day.day) is not as it was sealed, with "
                + "\(counted(day.count, "record")):"
            lines.append(Finding(.seals, .wrong, text).line(coloured: Console.usesColour))
            lines += day.difference?.lines ?? []
        }
        return lines
    }
}
