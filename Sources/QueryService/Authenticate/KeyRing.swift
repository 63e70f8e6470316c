package import AuditRecords
internal import Cryptography
package import Files

/// The keys that a worker accepts, by their digests. Looking one up takes as long for one key as for 100,000.
package struct KeyRing: Sendable {
    private let byDigest: [Digest: APIKey]
    /// When those end that were not revoked and do end, the first one first.
    private let ends: [Timestamp]
    private let endlessCount: Int

    /// The ring of a document's keys.
    init(_ document: KeyDocument, origin: String) throws(FileError) {
        let keys = try document.checked(origin: origin)
        byDigest = Dictionary(uniqueKeysWithValues: keys)
        let standing = keys.lazy.map(\.key).filter { $0.revoked == nil }
        ends = standing.compactMap(\.end).sorted()
        endlessCount = standing.count { $0.end == nil }
    }

    /// The ring of a key file's content that stands elsewhere, at `origin`, as messages call it.
    package init(content: [UInt8], origin: String) throws(FileError) {
        try self.init(KeyDocument(content, origin: origin), origin: origin)
    }

    /// The number of keys that are in force at an instant: neither revoked nor expired, nor past their grace. Costs a
    /// binary search.
    package func count(inForceAt now: Timestamp) -> Int {
        var (low, high) = (0, ends.count)
        while low < high {
            let middle = (low + high) / 2
            if now < ends[middle] { high = middle } else { low = middle + 1 }
        }
        return endlessCount + ends.count - low
    }

    /// What differs between this ring's keys and those of a later one. Costs a look at each key of both.
    func changes(to later: KeyRing) -> KeyChanges {
        func byID(_ ring: KeyRing) -> [String: (digest: Digest, key: APIKey)] {
            Dictionary(ring.byDigest.map { ($0.value.id, ($0.key, $0.value)) }) { $1 }
        }
        let (old, new) = (byID(self), byID(later))
        var changes = KeyChanges(removed: old.keys.filter { new[$0] == nil }.sorted())
        for (id, entry) in new.sorted(by: { $0.key < $1.key }) {
            guard let before = old[id] else {
                changes.added.append(id)
                continue
            }
            guard before != entry else { continue }
            let isRevoked = before.key.revoked == nil && entry.key.revoked != nil
            if isRevoked { changes.revoked.append(id) } else { changes.changed.append(id) }
        }
        return changes
    }

    /// The keys, in no order.
    package var keys: [APIKey] { Array(byDigest.values) }

    /// The key whose secret this is, if it is valid now.
    ///
    /// The digest of what was presented picks a place in the table, and is then compared in constant time.
    /// What that picking takes tells nothing useful: nobody can choose a digest.
    func key(forSecret secret: String, now: Timestamp) -> APIKey? {
        guard let key = byDigest[Digest(of: secret.utf8)], key.isValid(at: now) else { return nil }
        return key
    }
}

/// What was done to the keys since they were read before: their ids, in order. Neither a key nor its digest is in it.
package struct KeyChanges: Sendable, Equatable {
    /// Keys that were not there.
    package internal(set) var added: [String] = []
    /// Keys that are there no more.
    package internal(set) var removed: [String] = []
    /// Keys that somebody revoked.
    package internal(set) var revoked: [String] = []
    /// Keys with another name, policy, end or secret, and those whose revocation was taken back.
    package internal(set) var changed: [String] = []

    /// Whether all is as it was.
    package var isEmpty: Bool { self == KeyChanges() }
}
