internal import Cryptography

/// The keys that a worker accepts, by their digests. Looking one up takes as long for one key as for 100,000.
public struct KeyRing: Sendable {
    private let byDigest: [Digest: APIKey]

    /// A ring of keys by the SHA-256 digests of their secrets.
    init(_ keys: [Digest: APIKey]) {
        byDigest = keys
    }

    /// The ring of a document's keys.
    init(_ document: KeyDocument, origin: String) throws(FileError) {
        var keys: [Digest: APIKey] = [:]
        for stored in document.keys {
            let (digest, key) = try stored.parsed(origin)
            guard keys.updateValue(key, forKey: digest) == nil else {
                throw FileError(origin, "key \(key.id) has the digest of another key")
            }
        }
        self.init(keys)
    }

    /// The ring of a key file's content that stands elsewhere, at `origin`, as messages call it.
    public init(content: [UInt8], origin: String) throws(FileError) {
        try self.init(KeyDocument(content, origin: origin), origin: origin)
    }

    /// The number of keys, valid or not.
    public var count: Int { byDigest.count }

    /// The keys, in no order.
    public var keys: [APIKey] { Array(byDigest.values) }

    /// The key whose secret this is, if it is valid now.
    ///
    /// The digest of what was presented picks a place in the table, and is then compared in constant time.
    /// What that picking takes tells nothing useful: nobody can choose a digest.
    func key(forSecret secret: String, now: Timestamp) -> APIKey? {
        guard let key = byDigest[Digest(of: secret.utf8)], key.isValid(at: now) else { return nil }
        return key
    }
}
