internal import Cryptography

/// The keys that a worker accepts, by their digests. Looking one up takes as long for one key as for 100,000.
public struct KeyRing: Sendable {
    private let keys: [Digest: APIKey]

    /// A ring of keys by the SHA-256 digests of their secrets.
    init(_ keys: [Digest: APIKey]) {
        self.keys = keys
    }

    /// The number of keys, valid or not.
    public var count: Int { keys.count }

    /// The key whose secret this is, if it is valid now.
    ///
    /// The digest of what was presented picks a place in the table, and is then compared in constant time.
    /// What that picking takes tells nothing useful: nobody can choose a digest.
    func key(forSecret secret: String, now: Timestamp) -> APIKey? {
        guard let key = keys[Digest(of: secret.utf8)], key.isValid(at: now) else { return nil }
        return key
    }
}
