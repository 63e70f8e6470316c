internal import Cryptography
internal import FoundationEssentials

/// The file of API keys: JSON, written by `audit-query keys` only, replaced in one step under a lock.
public struct KeyFile: Sendable {
    /// Where it is.
    public let path: String

    /// A key file at a path, whether or not it is there yet.
    public init(path: String) {
        self.path = path
    }

    /// Every key in the file, in the order in which they were made.
    public func keys() throws(FileError) -> [APIKey] {
        var keys: [APIKey] = []
        for stored in try read() { keys.append(try stored.parsed(path).key) }
        return keys
    }

    /// The keys as a worker needs them.
    func ring() throws(FileError) -> KeyRing {
        try ring(of: read())
    }

    private func ring(of stored: [StoredKey]) throws(FileError) -> KeyRing {
        var keys: [Digest: APIKey] = [:]
        for stored in stored {
            let (digest, key) = try stored.parsed(path)
            guard keys.updateValue(key, forKey: digest) == nil else {
                throw FileError(path, "key \(key.id) has the digest of another key")
            }
        }
        return KeyRing(keys)
    }

    /// Adds a key.
    public func add(_ secret: NewAPIKey, name: String, policy: Policy, expires: Timestamp?, now: Timestamp)
        throws -> APIKey
    {
        try update { stored in
            let key = StoredKey(
                id: Self.newID(), name: name, digest: Digest(of: secret.secret.utf8).hexadecimal,
                policy: policy, created: now, expires: expires)
            stored.append(key)
            return try key.parsed(path).key
        }
    }

    /// Refuses a key from an instant on.
    public func revoke(id: String, at instant: Timestamp) throws -> APIKey {
        try update { stored in
            let index = try find(id, in: stored)
            if stored[index].revoked == nil { stored[index].revoked = StoredKey.wholeSeconds(instant) }
            return try stored[index].parsed(path).key
        }
    }

    /// Gives a key's name and policy to a new key, and refuses the old one from an instant on.
    public func rotate(id: String, to secret: NewAPIKey, oldValidUntil: Timestamp, now: Timestamp) throws
        -> APIKey
    {
        try update { stored in
            let index = try find(id, in: stored)
            guard stored[index].revoked == nil else {
                throw FileError(path, "key \(id) is revoked: create a new one")
            }
            let old = try stored[index].parsed(path).key
            guard old.isValid(at: now) else {
                throw FileError(
                    path, "key \(id) has expired, and its successor would have too: create a new one")
            }
            var new = stored[index]
            new.id = Self.newID()
            new.digest = Digest(of: secret.secret.utf8).hexadecimal
            new.created = StoredKey.wholeSeconds(now)
            stored[index].revoked = StoredKey.wholeSeconds(oldValidUntil)
            stored.append(new)
            return try new.parsed(path).key
        }
    }

    private func find(_ id: String, in stored: [StoredKey]) throws(FileError) -> Int {
        guard let index = stored.firstIndex(where: { $0.id == id }) else {
            throw FileError(path, "there is no key \(id): `audit-query keys list` shows which there are")
        }
        return index
    }

    private func update<Value>(_ change: (inout [StoredKey]) throws -> Value) throws -> Value {
        try LocalFile.withLock("\(path).lock") { () throws in
            var stored = LocalFile.stamp(path) == nil ? [] : try read()
            let value = try change(&stored)
            // A file that workers would refuse is not written.
            _ = try ring(of: stored)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let document = try encoder.encode(Document(keys: stored))
            try LocalFile.replace(path, with: Array(document) + [UInt8(ascii: "\n")], mode: 0o640)
            return value
        }
    }

    private func read() throws(FileError) -> [StoredKey] {
        let bytes = try LocalFile.read(path, limit: 256 * 1024 * 1024)
        do {
            let document = try JSONDecoder().decode(Document.self, from: Data(bytes))
            guard document.version == Document.currentVersion else {
                throw FileError(
                    path, "has version \(document.version); this program reads \(Document.currentVersion)")
            }
            return document.keys
        } catch let error as FileError {
            throw error
        } catch let error as DecodingError {
            throw FileError(path, "is not a key file: \(error.place)")
        } catch {
            throw FileError(path, "is not a key file: \(error)")
        }
    }

    private static func newID() -> String {
        // Not secret: 64 random bits so that no two keys of a file share one.
        "key_" + String(UInt64.random(in: .min ... .max), radix: 36)
    }

    private struct Document: Codable {
        static let currentVersion = 1

        var version = Document.currentVersion
        var keys: [StoredKey]
    }
}

extension DecodingError {
    /// What is wrong where, in one line.
    fileprivate var place: String {
        let context: Context? =
            switch self {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: nil
            }
        let path = (context?.codingPath ?? []).map(\.stringValue).joined(separator: ".")
        return "\(context?.debugDescription ?? "unreadable")\(path.isEmpty ? "" : " at \(path)")"
    }
}
