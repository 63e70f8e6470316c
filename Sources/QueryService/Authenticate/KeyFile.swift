package import AuditRecords
internal import JSONBytes
package import Files
internal import Cryptography

/// The file of API keys: JSON, written by `audit-query keys` only, replaced in one step under a lock.
package struct KeyFile: Sendable {
    /// Where it is.
    package let path: String

    /// A key file at a path, whether or not it is there yet.
    package init(path: String) {
        self.path = path
    }

    /// Every key in the file, in the order in which they were made.
    package func keys() throws(FileError) -> [APIKey] { try read(path).checked(origin: path).map(\.key) }

    /// The keys as a worker needs them.
    func ring() throws(FileError) -> KeyRing {
        try KeyRing(read(path), origin: path)
    }

    /// Adds a key.
    ///
    /// Before it is kept, `show` shows it to whoever asked: where that fails, the file stays as it is, for nobody could use
    /// the key or would know of it.
    package func add(
        _ secret: NewAPIKey, name: String, policy: Policy, expires: Timestamp?, now: Timestamp,
        show: (APIKey) throws -> Void = { _ in }
    ) throws -> APIKey {
        try update(show) { stored in
            let key = StoredKey(
                id: Self.newID(), name: name, digest: Digest(of: secret.secret.utf8).hexadecimal,
                policy: policy, created: now, expires: expires)
            stored.append(key)
            return try key.parsed().key
        }
    }

    /// Refuses a key from now on, whatever any clock says, also one that another key replaces.
    ///
    /// - Parameters:
    ///   - id: the key's.
    ///   - now: what the file notes for people to read. A key that was revoked before keeps what was noted then.
    /// - Returns: the key, and the others of its name that are still accepted.
    /// - Throws: ``FileError``, also when there is no such key.
    package func revoke(id: String, now: Timestamp) throws -> (key: APIKey, others: [APIKey]) {
        try update { stored in
            let index = try find(id, in: stored)
            if stored[index].revoked == nil { stored[index].revoked = StoredKey.wholeSeconds(now) }
            let key = try stored[index].parsed().key
            let others = stored.filter { $0.name == key.name && $0.id != id }
            return (key, try others.map { try $0.parsed().key }.filter { $0.isValid(at: now) })
        }
    }

    /// Takes a key away as if it had never been made: one that nobody has seen. A key that somebody has is revoked.
    package func remove(id: String) throws {
        try update { stored in
            let index = try find(id, in: stored)
            stored.remove(at: index)
        }
    }

    /// Gives a key's name and policy to a new key, which `show` shows before it is kept. The old one is revoked, or
    /// accepted until the end of a grace.
    package func rotate(
        id: String, to secret: NewAPIKey, graceEnds: Timestamp?, now: Timestamp,
        show: (APIKey) throws -> Void = { _ in }
    ) throws -> APIKey {
        try update(show) { stored in
            let index = try find(id, in: stored)
            let old = try stored[index].parsed().key
            if let fault = Self.rotationFault(of: old, now) { throw FileError(path, fault) }
            var new = stored[index]
            new.id = Self.newID()
            new.digest = Digest(of: secret.secret.utf8).hexadecimal
            new.created = StoredKey.wholeSeconds(now)
            if let graceEnds {
                stored[index].graceEnds = StoredKey.wholeSeconds(graceEnds)
            } else {
                stored[index].revoked = StoredKey.wholeSeconds(now)
            }
            stored.append(new)
            return try new.parsed().key
        }
    }

    private static func rotationFault(of key: APIKey, _ now: Timestamp) -> String? {
        if key.revoked != nil { return "key \(key.id) is revoked: create a new one" }
        if key.graceEnds != nil { return "key \(key.id) has been replaced already: rotate its successor" }
        guard !key.isValid(at: now) else { return nil }
        return "key \(key.id) has expired, and its successor would have too: create a new one"
    }

    private func find(_ id: String, in stored: [StoredKey]) throws(FileError) -> Int {
        guard let index = stored.firstIndex(where: { $0.id == id }) else {
            throw FileError(path, "there is no key \(id): `audit-query keys list` shows which there are")
        }
        return index
    }

    private func update<Value>(
        _ tell: (Value) throws -> Void = { _ in }, _ change: (inout [StoredKey]) throws -> Value
    ) throws -> Value {
        // Behind a symbolic link, where workers and other commands read it: replaced is that file, not the link.
        let place = try LocalFile.resolved(path)
        return try LocalFile.withLock("\(place).lock") { () throws in
            var document = LocalFile.stamp(place) == nil ? KeyDocument() : try read(place)
            let value = try change(&document.keys)
            let bytes = try document.encoded()
            // A file that workers would refuse is not written.
            _ = try KeyRing(content: bytes, origin: path)
            try tell(value)
            try LocalFile.replace(place, with: bytes, mode: 0o640)
            return value
        }
    }

    private func read(_ place: String) throws(FileError) -> KeyDocument {
        try KeyDocument(LocalFile.read(place, limit: KeyDocument.byteLimit), origin: path)
    }

    private static func newID() -> String {
        // Not secret: 64 random bits so that no two keys of a file share one.
        "key_" + String(UInt64.random(in: .min ... .max), radix: 36)
    }
}
