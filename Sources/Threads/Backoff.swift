/// How long to wait before something is tried again: longer each time, and not as long as others who failed in the same moment.
package struct Backoff: Sendable {
    private static let first = Duration.milliseconds(250)
    private static let most = Duration.seconds(30)
    /// What the other side wants is kept to, within bounds.
    private static let mostWanted = Duration.seconds(3600)

    private var failures = 0

    /// Nothing has failed yet.
    package init() {}

    /// Something has gone well.
    package mutating func succeed() { failures = 0 }

    /// Something has failed: how long to wait. Between half of a time that doubles and all of it, or as long as is wanted and up
    /// to a second more.
    package mutating func fail(wanting wait: Duration? = nil, random: Double) -> Duration {
        let doubled = min(Self.most, Self.first * (1 << min(failures, 10)))
        failures += 1
        guard let wait else { return doubled * (0.5 + random / 2) }
        return min(max(wait, .zero), Self.mostWanted) + .seconds(1) * random
    }
}
