internal import Cryptography

/// A key as the key file spells it. An unknown member is refused: a misspelt limit must not become no limit.
struct StoredKey: Codable {
    var id: String
    var name: String
    var digest: String
    var systems: [String]
    var hiddenAttributes: [String]
    var created: String
    var expires: String?
    var revoked: String?

    init(id: String, name: String, digest: String, policy: Policy, created: Timestamp, expires: Timestamp?) {
        self.id = id
        self.name = name
        self.digest = digest
        systems = policy.scope.patterns
        hiddenAttributes = policy.hiddenAttributes.sorted().map(\.description)
        self.created = Self.wholeSeconds(created)
        self.expires = expires.map { String(decoding: $0.text, as: UTF8.self) }
    }

    init(from decoder: any Decoder) throws {
        for name in try decoder.container(keyedBy: AnyName.self).allKeys
        where CodingKeys(rawValue: name.stringValue) == nil {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "unknown member \(name.stringValue)"))
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        name = try container.decode(String.self, forKey: .name)
        digest = try container.decode(String.self, forKey: .digest)
        systems = try container.decode([String].self, forKey: .systems)
        hiddenAttributes = try container.decode([String].self, forKey: .hiddenAttributes)
        created = try container.decode(String.self, forKey: .created)
        expires = try container.decodeIfPresent(String.self, forKey: .expires)
        revoked = try container.decodeIfPresent(String.self, forKey: .revoked)
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case id, name, digest, systems, hiddenAttributes, created, expires, revoked
    }

    private struct AnyName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) {
            nil
        }
    }

    /// An instant for people to read, without its fraction.
    static func wholeSeconds(_ instant: Timestamp) -> String {
        String(decoding: instant.text(fractionDigits: 0), as: UTF8.self)
    }

    /// The key and the digest of its secret.
    ///
    /// - Throws: what is wrong, with the file and the key.
    func parsed(_ path: String) throws(FileError) -> (digest: Digest, key: APIKey) {
        guard let digest = Digest(hexadecimal: digest) else {
            throw FileError(path, "key \(id): digest is not 64 hexadecimal digits")
        }
        guard !systems.isEmpty else {
            throw FileError(path, "key \(id): systems is empty; [\"*\"] means all")
        }
        let policy = Policy(
            scope: SystemScope(patterns: systems),
            hiddenAttributes: Set(hiddenAttributes.map(Identifier.init)))
        return (
            digest,
            APIKey(
                id: id, name: name, policy: policy, created: try instant(created, "created", path),
                expires: try expires.map { text throws(FileError) in try instant(text, "expires", path) },
                revoked: try revoked.map { text throws(FileError) in try instant(text, "revoked", path) })
        )
    }

    private func instant(_ text: String, _ member: String, _ path: String) throws(FileError) -> Timestamp {
        do throws(TimestampError) {
            return try Timestamp.parse(Array(text.utf8)).instant
        } catch {
            throw FileError(path, "key \(id): \(member) \(error)")
        }
    }
}
