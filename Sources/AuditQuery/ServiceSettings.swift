/// The figures that an operator may set for the request path. Their defaults stand here, and nowhere else.
public struct ServiceSettings: Equatable, Sendable {
    /// The most bytes of cached answers.
    public var cacheByteLimit = 100 * 1024 * 1024
    /// The most bytes of large answers that are being made or sent at once, records and bodies together: 16 MiB, which
    /// one may take, or more.
    public var answerByteLimit = 96 * 1024 * 1024
    /// How long an answer is fresh.
    public var lifetime = Duration.seconds(300)
    /// The most that a lifetime is shortened, by chance: a share of it, from 0 on, below 1.
    public var lifetimeJitter = 0.05
    /// How long an answer is fresh whose range ended a day ago or longer, if that is longer; zero for no longer.
    public var pastLifetime = Duration.zero
    /// How many hot answers may be read anew at a time before they are stale; zero for none.
    public var refreshLimit = 4
    /// How long past its lifetime it may still be served when the store fails.
    public var staleTime = Duration.seconds(3600)
    /// How many threads may wait on the store at once.
    public var storeLimit = 320
    /// How long a request may take in all.
    public var deadline = Duration.seconds(30)
    /// How long the store may read for one page before the page ends early.
    public var pageTime = Duration.seconds(5)
    /// How long a page that ended early is fresh: long enough to share it among those who ask at the same
    /// time.
    public var partialLifetime = Duration.seconds(2)

    /// The defaults.
    public init() {}
}
