import Evidence
import Files

/// Files of keys of signed notes.
enum NoteKeyFile {
    private static let limit = 64 * 1024

    /// A private key, which nobody but its owner may read.
    static func signingKey(_ path: String, make: String) throws -> SigningKey {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try LocalFile.read(path, limit: limit)
        } catch {
            guard error.isMissing else { throw error }
            throw FileError(path, "is missing: make it with `\(make)`", .missing)
        }
        if let mode = fileMode(path), mode & 0o077 != 0 {
            throw FileError(
                path, "has mode \(String(mode, radix: 8)), and is a secret of its owner: chmod 600 \(path)")
        }
        do {
            return try SigningKey(secretText: String(decoding: bytes, as: UTF8.self))
        } catch let fault as NoteFault {
            throw FileError(path, "\(fault)")
        }
    }

    /// A public key.
    static func verifierKey(_ path: String) throws -> VerifierKey {
        let bytes = try LocalFile.read(path, limit: limit)
        do throws(NoteFault) {
            return try VerifierKey(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw FileError(path, "\(error)")
        }
    }

    /// A note.
    static func note(_ path: String) throws -> SignedNote {
        let bytes = try LocalFile.read(path, limit: SignedNote.maximumByteCount)
        do throws(NoteFault) {
            return try SignedNote(bytes)
        } catch {
            throw FileError(path, "\(error)")
        }
    }

    /// Makes a key and writes both its files, where there is none.
    ///
    /// - Returns: the public key.
    static func make(_ path: String, name: String, kind: SignatureKind) throws -> VerifierKey {
        guard LocalFile.stamp(path) == nil else {
            throw FileError(path, "is there, and is not replaced: what it signed would be nobody's")
        }
        let key = try SigningKey(name: name, kind: kind)
        try LocalFile.replace(path, with: Array("\(key.secretText)\n".utf8), mode: 0o600)
        try LocalFile.replace("\(path).pub", with: Array("\(key.verifier)\n".utf8), mode: 0o644)
        return key.verifier
    }
}
