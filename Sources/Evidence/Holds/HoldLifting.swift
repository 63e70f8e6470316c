package import Cryptography

/// That a hold is lifted: a note (C2SP, signed-note) that names the hold by its digest and says why. It counts when keys of two
/// different operators have signed it.
package struct HoldLifting: Hashable, Sendable {
    /// The digest of the hold's text.
    package let digest: String
    /// Why.
    package let reason: String
    /// What the operators sign.
    package private(set) var note: SignedNote

    private static let mark = "audit-query lifts a hold"
    /// So many operators must have signed.
    package static let neededSigners = 2

    /// One that nobody has signed.
    package init(_ hold: Hold, because reason: String) throws(NoteFault) {
        if let fault = Hold.fault(ofReason: reason) { throw NoteFault(fault) }
        (digest, self.reason) = (hold.digest, reason)
        note = try SignedNote(text: Array("\(Self.mark)\n\(hold.digest)\n\(reason)\n".utf8))
    }

    /// Reads one.
    package init(_ note: SignedNote) throws(NoteFault) {
        let lines = String(decoding: note.text, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count == 4, lines[0] == Self.mark, lines[3].isEmpty, Hold.fault(ofReason: lines[2]) == nil
        else { throw NoteFault("does not lift a hold: its text must be what it is, a digest and a reason") }
        (digest, reason, self.note) = (lines[1], lines[2], note)
    }

    /// Signs it with one operator's key more.
    package mutating func sign(with key: SigningKey) throws(CryptographyError) {
        try note.sign(with: key, at: 0)
    }

    /// Which of the operators have signed it, each key once, whatever it is called.
    ///
    /// - Throws: where a signature says that it is an operator's and is not.
    package func signers(among operators: [VerifierKey]) throws(NoteFault) -> [VerifierKey] {
        var signers: [VerifierKey] = []
        for key in operators where key.kind == .note {
            switch note.verdict(of: key) {
            case .forged: throw NoteFault("has a signature that is not \(key.name)'s, and says so")
            case .signed where !signers.contains(where: { $0.key == key.key }): signers.append(key)
            case .signed, .unsigned: break
            }
        }
        return signers
    }

    /// Whether it lifts a hold.
    package func lifts(_ hold: Hold, _ operators: [VerifierKey]) throws(NoteFault) -> Bool {
        guard digest == hold.digest else { return false }
        return try signers(among: operators).count >= Self.neededSigners
    }
}
