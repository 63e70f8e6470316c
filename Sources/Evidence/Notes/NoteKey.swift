package import Cryptography
internal import JSONBytes

/// What a key of signed notes may sign, by the byte that stands for it (C2SP, signed-note, "Signature types").
package enum SignatureKind: UInt8, Hashable, Sendable {
    /// A note's text.
    case note = 0x01
    /// A checkpoint, together with the time at which a witness saw it (C2SP, tlog-cosignature).
    case cosignature = 0x04
}

/// A public key with its name, as verifiers of signed notes are given it (C2SP, signed-note, "Verifier keys"):
/// `audit.example.com/prod+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k`.
package struct VerifierKey: Hashable, Sendable, CustomStringConvertible {
    /// Whose it is.
    package let name: String
    /// What it signs.
    package let kind: SignatureKind
    /// The key.
    package let key: Ed25519PublicKey

    /// A key of its parts.
    ///
    /// - Throws: where the name cannot be one.
    package init(name: String, kind: SignatureKind, key: Ed25519PublicKey) throws(NoteFault) {
        guard Self.isName(name) else {
            throw NoteFault("\"\(name)\" cannot be a key's name: it must be text without spaces and '+'")
        }
        (self.name, self.kind, self.key) = (name, kind, key)
    }

    /// Reads a key's text. White space around it does not matter.
    package init(_ text: some StringProtocol) throws(NoteFault) {
        let parts = KeyText(text)
        guard let parts, let kind = parts.bytes.first.flatMap(SignatureKind.init),
            parts.bytes.count == 1 + Ed25519PublicKey.byteCount
        else {
            throw NoteFault("is no public key of signed notes such as example.com/log+530d903a+AekyeRrm56h…")
        }
        try self.init(
            name: parts.name, kind: kind, key: Ed25519PublicKey(bytes: Array(parts.bytes.dropFirst())))
        guard parts.id == id.hexadecimal else {
            throw NoteFault("names the id \(parts.id), and is \(id.hexadecimal): it was changed or cut off")
        }
    }

    /// What names it beside its name in signatures: four bytes of a digest of all of it.
    var id: [UInt8] {
        Array(Digest(of: Array(name.utf8) + [UInt8(ascii: "\n"), kind.rawValue] + key.bytes).bytes.prefix(4))
    }

    /// The key's text.
    package var description: String {
        let bytes = String(decoding: ([kind.rawValue] + key.bytes).base64, as: UTF8.self)
        return "\(name)+\(id.hexadecimal)+\(bytes)"
    }

    /// Whether a text can name a key.
    package static func isName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0 != "+" && !$0.properties.isWhitespace && $0.value >= 0x20 && $0.value != 0x7F
            }
    }
}

/// A private key with its name, in the form that Go's tools for notes write:
/// `PRIVATE+KEY+audit.example.com/prod+530d903a+AQ…`. Its text is a secret.
package struct SigningKey: Sendable, CustomStringConvertible {
    /// What verifies its signatures.
    package let verifier: VerifierKey
    let key: Ed25519PrivateKey

    /// A new key of a name.
    package init(name: String, kind: SignatureKind) throws {
        try self.init(name: name, kind: kind, key: Ed25519PrivateKey())
    }

    private init(name: String, kind: SignatureKind, key: Ed25519PrivateKey) throws(NoteFault) {
        self.key = key
        verifier = try VerifierKey(name: name, kind: kind, key: key.publicKey)
    }

    /// Reads a key's text. White space around it does not matter. What is wrong with it is said without it.
    package init(secretText text: some StringProtocol) throws {
        let prefix = "PRIVATE+KEY+"
        let wrong = NoteFault("is no private key of signed notes: it should begin with \(prefix)")
        let text = text.drop { $0.isWhitespace }
        guard text.hasPrefix(prefix), let parts = KeyText(text.dropFirst(prefix.count)),
            let kind = parts.bytes.first.flatMap(SignatureKind.init),
            parts.bytes.count == 1 + Ed25519PublicKey.byteCount
        else { throw wrong }
        let key = try Ed25519PrivateKey(seed: Array(parts.bytes.dropFirst()))
        try self.init(name: parts.name, kind: kind, key: key)
        guard parts.id == verifier.id.hexadecimal else {
            throw NoteFault("names another id than it has: it was changed or cut off")
        }
    }

    /// The text to keep, readable for nobody else.
    package var secretText: String {
        let bytes = String(decoding: ([verifier.kind.rawValue] + key.seed).base64, as: UTF8.self)
        return "PRIVATE+KEY+\(verifier.name)+\(verifier.id.hexadecimal)+\(bytes)"
    }

    /// Only whose it is.
    package var description: String { "the secret key of \(verifier)" }
}

/// `name+id+base64`, taken apart.
private struct KeyText {
    let name: String
    let id: String
    let bytes: [UInt8]

    init?(_ text: some StringProtocol) {
        let text = text.drop { $0.isWhitespace }
        let parts = text.prefix { !$0.isWhitespace }.split(
            separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, text.drop(while: { !$0.isWhitespace }).allSatisfy({ $0.isWhitespace }),
            let bytes = [UInt8](base64: parts[2].utf8)
        else { return nil }
        (name, id, self.bytes) = (String(parts[0]), String(parts[1]), bytes)
    }
}
