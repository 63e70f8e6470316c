/// What was done to the keys since they were read before: their ids, in order. Neither a key nor its digest is in it.
public struct KeyChanges: Sendable, Equatable {
    /// Keys that were not there.
    public internal(set) var added: [String] = []
    /// Keys that are there no more.
    public internal(set) var removed: [String] = []
    /// Keys that somebody revoked.
    public internal(set) var revoked: [String] = []
    /// Keys with another name, policy, end or secret, and those whose revocation was taken back.
    public internal(set) var changed: [String] = []

    /// Whether all is as it was.
    public var isEmpty: Bool { self == KeyChanges() }
}
