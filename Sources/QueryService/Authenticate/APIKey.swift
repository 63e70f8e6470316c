package import AuditRecords
package import Cryptography
internal import JSONBytes

/// A key as it is kept: everything but the key itself, of which only the digest is known.
package struct APIKey: Hashable, Sendable {
    /// What logs and commands call the key by.
    package let id: String
    /// What people call it.
    package let name: String
    /// What it may see.
    package let policy: Policy
    /// When it was made.
    package let created: Timestamp
    /// From when on it is refused; nil for never.
    package let expires: Timestamp?
    /// From when on it is refused because another key has replaced it; nil when none has, or it was refused at once.
    package let graceEnds: Timestamp?
    /// When somebody revoked it, by the clock of that host; nil if nobody has.
    package let revoked: Timestamp?

    /// When it ends by itself: nil for never. A key that was revoked is refused before, too.
    package var end: Timestamp? {
        guard let expires, let graceEnds else { return expires ?? graceEnds }
        return min(expires, graceEnds)
    }

    /// Whether it is in force, and so accepted, at an instant. One that was revoked never is: a clock that is slow or was set
    /// back must not make it valid again.
    package func isValid(at now: Timestamp) -> Bool { revoked == nil && (end.map { now < $0 } ?? true) }
}

/// A new key in clear: shown once, and kept nowhere.
package struct NewAPIKey: Sendable {
    /// The key that a client sends: `aq_` and 43 base64url characters, 256 unpredictable bits.
    package let secret: String

    /// Makes a key.
    package init() throws(CryptographyError) {
        secret = "aq_" + String(decoding: try randomBytes(32).base64URL, as: UTF8.self)
    }
}
