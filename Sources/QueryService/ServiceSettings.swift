/// The figures that an operator may set for the request path. Their defaults stand here, and nowhere else.
package struct ServiceSettings: Equatable, Sendable {
    /// The most bytes of cached answers.
    package var cacheByteLimit = 100 * 1024 * 1024
    /// The most bytes of large answers that are being made or sent at once, records and bodies together: 16 MiB, which
    /// one may take, or more.
    package var answerByteLimit = 96 * 1024 * 1024
    /// How long an answer is fresh.
    package var lifetime = Duration.seconds(300)
    /// The most that a lifetime is shortened, by chance: a share of it, from 0 on, below 1.
    package var lifetimeJitter = 0.05
    /// How long an answer is fresh whose range ended a day ago or longer, if that is longer; zero for no longer.
    package var pastLifetime = Duration.zero
    /// How many hot answers may be read anew at a time before they are stale; zero for none.
    package var refreshLimit = 4
    /// How long past its lifetime it may still be served when the store fails.
    package var staleTime = Duration.seconds(3600)
    /// How many threads may wait on the store at once.
    package var storeLimit = 320
    /// How long a request may take in all.
    package var deadline = Duration.seconds(30)
    /// How long the store may read for one page before the page ends early.
    package var pageTime = Duration.seconds(5)
    /// How long a page that ended early is fresh: long enough to share it among those who ask at the same
    /// time.
    package var partialLifetime = Duration.seconds(2)

    /// The defaults.
    package init() {}
}
