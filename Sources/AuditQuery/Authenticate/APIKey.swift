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
