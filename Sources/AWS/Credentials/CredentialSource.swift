internal import Synchronization

/// The credentials of a process, kept fresh.
public final class CredentialSource: Sendable {
    private let load: @Sendable (ContinuousClock.Instant) throws(CredentialError) -> Credentials
    private let state = Mutex<Credentials?>(nil)

    /// A source of what `load` brings, by the deadline that it is given.
    public init(
        load: @escaping @Sendable (ContinuousClock.Instant) throws(CredentialError) -> Credentials
    ) {
        self.load = load
    }

    /// Credentials that never change.
    public convenience init(_ credentials: Credentials) {
        self.init { (_: ContinuousClock.Instant) throws(CredentialError) in credentials }
    }

    /// Credentials that are valid now. Blocks while there are none, at most until `deadline`.
    public func current(deadline: ContinuousClock.Instant) throws(CredentialError) -> Credentials {
        if let credentials = state.withLock({ $0 }) { return credentials }
        let credentials = try load(deadline)
        state.withLock { $0 = credentials }
        return credentials
    }

    /// Forgets credentials that a service refused as expired, so that the next call brings others.
    public func discard(_ refused: Credentials) {
        state.withLock { if $0 == refused { $0 = nil } }
    }
}
