internal import Cryptography

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
        for stored in try read().keys { keys.append(try stored.parsed(path).key) }
        return keys
    }

    /// The keys as a worker needs them.
    func ring() throws(FileError) -> KeyRing {
        try KeyRing(read(), origin: path)
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
            var document = LocalFile.stamp(path) == nil ? KeyDocument() : try read()
            let value = try change(&document.keys)
            // A file that workers would refuse is not written.
            _ = try KeyRing(document, origin: path)
            try LocalFile.replace(path, with: document.encoded(), mode: 0o640)
            return value
        }
    }

    private func read() throws(FileError) -> KeyDocument {
        try KeyDocument(LocalFile.read(path, limit: 256 * 1024 * 1024), origin: path)
    }

    private static func newID() -> String {
        // Not secret: 64 random bits so that no two keys of a file share one.
        "key_" + String(UInt64.random(in: .min ... .max), radix: 36)
    }
}
