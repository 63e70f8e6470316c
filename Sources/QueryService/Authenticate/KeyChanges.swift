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
