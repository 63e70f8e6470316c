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
    /// From when on it is refused because another key has replaced it; nil when none has, or it was refused at once.
    public let graceEnds: Timestamp?
    /// When somebody revoked it, by the clock of that host; nil if nobody has.
    public let revoked: Timestamp?

    /// When it ends by itself: nil for never. A key that was revoked is refused before, too.
    public var end: Timestamp? {
        guard let expires, let graceEnds else { return expires ?? graceEnds }
        return min(expires, graceEnds)
    }

    /// Whether it is in force, and so accepted, at an instant. One that was revoked never is: a clock that is slow or was set
    /// back must not make it valid again.
    public func isValid(at now: Timestamp) -> Bool { revoked == nil && (end.map { now < $0 } ?? true) }
}
