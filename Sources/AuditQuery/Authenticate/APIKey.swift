internal import Cryptography

/// A key as it is kept: everything but the key itself, of which only the digest is known.
public struct APIKey: Hashable, Sendable {
    /// What logs and commands call the key by.
    public let id: String
    /// What people call it.
    public let name: String
    /// What it may see.
    public let policy: Policy
    /// When it was made.
    public let created: Timestamp
    /// From when on it is refused; nil for never.
    public let expires: Timestamp?
    /// Since when it is refused, if somebody revoked it.
    public let revoked: Timestamp?

    /// Whether it is accepted at an instant.
    public func isValid(at now: Timestamp) -> Bool {
        (expires.map { now < $0 } ?? true) && (revoked.map { now < $0 } ?? true)
    }
}

/// A new key in clear: shown once, and kept nowhere.
public struct NewAPIKey: Sendable {
    /// The key that a client sends: `aq_` and 43 base64url characters, 256 unpredictable bits.
    public let secret: String

    /// Makes a key.
    public init() throws(CryptographyFailure) {
        do {
            secret = "aq_" + String(decoding: try randomBytes(32).base64URL, as: UTF8.self)
        } catch {
            throw CryptographyFailure(description: error.description)
        }
    }
}

/// libcrypto could not do its part; nothing secret may go on without it.
public struct CryptographyFailure: Error, CustomStringConvertible {
    /// What failed and what to do.
    public let description: String
}
