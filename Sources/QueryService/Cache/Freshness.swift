internal import AuditRecords

/// How long an answer is fresh: what ``ServiceSettings`` allow, less for what ended early.
struct Freshness {
    /// A range whose end lies this far back is past: what is written late is there by then.
    static let settled: Int64 = 86_400

    let settings: ServiceSettings

    /// The lifetime of an answer, in whole seconds where the settings are.
    ///
    /// - Parameters:
    ///   - isPartial: whether its page ended early.
    ///   - end: the end of the range that was searched, if it has one.
    ///   - now: when it was read.
    ///   - draw: from 0 on, below 1: how much earlier than others it ends, so that what was read together is not stale
    ///     together. Whole seconds, because clients are told whole seconds.
    /// - Returns: at most what the settings allow such an answer.
    func lifetime(isPartial: Bool = false, end: Timestamp? = nil, now: Timestamp, draw: Double) -> Duration {
        guard !isPartial else { return min(settings.partialLifetime, settings.lifetime) }
        let isPast = end.map { $0 <= now.advanced(bySeconds: -Self.settled) } ?? false
        let longest = isPast ? max(settings.lifetime, settings.pastLifetime) : settings.lifetime
        return longest - .seconds(Int64(Double(longest.components.seconds) * settings.lifetimeJitter * draw))
    }
}
