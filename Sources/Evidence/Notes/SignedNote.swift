package import Cryptography
internal import JSONBytes

/// A text that was signed by one or more keys (C2SP, signed-note). What it says counts for nothing before ``verdict(of:)``.
package struct SignedNote: Hashable, Sendable {
    /// What was signed: lines, the last of which ends with one's end.
    package let text: [UInt8]
    private var signatures: [Signature] = []

    private struct Signature: Hashable, Sendable {
        let name: String
        let keyId: [UInt8]
        let signature: [UInt8]
    }

    /// What a note says about a key.
    package enum Verdict: Hashable, Sendable {
        /// It signed the text; a witness's key at a time, in seconds since 1970.
        case signed(time: UInt64?)
        /// It did not sign.
        case unsigned
        /// A signature says that it is this key's, and is not: the note is to be thrown away.
        case forged
    }

    /// The most bytes of a note.
    package static let maximumByteCount = 1 << 20
    private static let maximumSignatures = 100
    private static let dash = Array("\u{2014} ".utf8)

    /// A note that nobody has signed yet.
    ///
    /// - Throws: where the text can be none.
    package init(text: [UInt8]) throws(NoteFault) {
        guard let last = text.last, last == UInt8(ascii: "\n"),
            text.allSatisfy({ $0 >= 0x20 || $0 == UInt8(ascii: "\n") }),
            String(validating: text, as: UTF8.self) != nil
        else { throw NoteFault("a note's text must be lines of UTF-8 without control characters") }
        self.text = text
    }

    /// Reads a note.
    package init(_ bytes: [UInt8]) throws(NoteFault) {
        guard bytes.count <= Self.maximumByteCount else {
            throw NoteFault("is longer than \(Self.maximumByteCount) bytes")
        }
        let blank = (0..<max(0, bytes.count - 1)).last {
            bytes[$0] == UInt8(ascii: "\n") && bytes[$0 + 1] == UInt8(ascii: "\n")
        }
        guard let blank, bytes.last == UInt8(ascii: "\n") else {
            throw NoteFault("is no signed note: an empty line must stand before its signatures")
        }
        try self.init(text: Array(bytes[...blank]))
        let lines = bytes[(blank + 2)...].split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).dropLast()
        guard (1...Self.maximumSignatures).contains(lines.count) else {
            throw NoteFault("has \(lines.count) signatures; 1 to \(Self.maximumSignatures) are allowed")
        }
        for line in lines { signatures.append(try Self.signature(line)) }
    }

    private static func signature(_ line: ArraySlice<UInt8>) throws(NoteFault) -> Signature {
        let parts = line.dropFirst(dash.count).split(
            separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard line.starts(with: dash), parts.count == 2, let bytes = [UInt8](base64: parts[1]),
            bytes.count > 4,
            let name = String(validating: parts[0], as: UTF8.self), VerifierKey.isName(name)
        else { throw NoteFault("a line of its signatures is none: \(String(decoding: line, as: UTF8.self))") }
        return Signature(name: name, keyId: Array(bytes.prefix(4)), signature: Array(bytes.dropFirst(4)))
    }

    /// The note as it is kept.
    package var bytes: [UInt8] {
        var bytes = text + [UInt8(ascii: "\n")]
        for signature in signatures {
            bytes += Self.dash + Array(signature.name.utf8) + [UInt8(ascii: " ")]
            bytes += (signature.keyId + signature.signature).base64 + [UInt8(ascii: "\n")]
        }
        return bytes
    }

    /// Signs it with one more key; a witness's says at what time, in seconds since 1970. An earlier signature of the same key goes.
    package mutating func sign(with key: SigningKey, at time: UInt64) throws(CryptographyError) {
        let signature: [UInt8]
        switch key.verifier.kind {
        case .note: signature = try key.key.sign(text)
        case .cosignature:
            let stamp = (0..<8).map { UInt8(truncatingIfNeeded: time >> (56 - 8 * UInt64($0))) }
            signature = stamp + (try key.key.sign(cosigned(at: time)))
        }
        let (name, id) = (key.verifier.name, key.verifier.id)
        signatures.removeAll { $0.name == name && $0.keyId == id }
        signatures.append(Signature(name: name, keyId: id, signature: signature))
    }

    /// What it says about a key.
    package func verdict(of key: VerifierKey) -> Verdict {
        let id = key.id
        var verdict = Verdict.unsigned
        for signature in signatures where signature.name == key.name && signature.keyId == id {
            guard let time = time(of: signature.signature, by: key) else { return .forged }
            verdict = .signed(time: key.kind == .cosignature ? time : nil)
        }
        return verdict
    }

    /// When a key signed, 0 where its signature does not say; nil where it is not its signature.
    private func time(of signature: [UInt8], by key: VerifierKey) -> UInt64? {
        guard key.kind == .cosignature else { return key.key.verifies(signature, of: text) ? 0 : nil }
        let time = signature.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        guard time <= UInt64(Int64.max),
            key.key.verifies(Array(signature.dropFirst(8)), of: cosigned(at: time))
        else { return nil }
        return time
    }

    /// What a witness signs (C2SP, tlog-cosignature, "Ed25519 signed message").
    private func cosigned(at time: UInt64) -> [UInt8] { Array("cosignature/v1\ntime \(time)\n".utf8) + text }
}
