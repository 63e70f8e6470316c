internal import AuditStores

/// What is known of the servers of one database, and which one that makes the one to read.
///
/// Two may say that they are the primary: one that was left behind by a promotion does not know. That of the higher timeline is right.
/// Where a server cannot be asked it may have been promoted; so what the primary has is all that there is only up to when that
/// server was last seen to follow.
struct ServerBoard {
    /// What was seen of a server.
    private struct Seen {
        /// What it said last.
        var look: ServerLook?
        /// Whether it answered when it was last asked.
        var answers = false
        /// Of a standby: all that was stored before this moment is in it.
        var known: ContinuousClock.Instant?
    }

    /// Where to read.
    enum Source: Equatable {
        case server(ServerChoice)
        /// Nowhere, for this reason.
        case none(String)
    }

    /// So long ago a server was seen at most that counts as seen now: a look each second, and the time in which one is given up.
    static let patience = Duration.seconds(6)
    /// So many looks at the primary are kept, to tell how far standbys are: those of an hour.
    private static let mostSamples = 3600

    private let began: ContinuousClock.Instant
    private var servers: [Seen]
    /// The highest timeline of a primary that was ever seen.
    private var timeline: Int64 = 0
    /// Where the primary's order of arrival ended when, the last look last.
    private var samples: [(asked: ContinuousClock.Instant, end: ArrivalPlace)] = []

    init(count: Int, began: ContinuousClock.Instant) {
        servers = Array(repeating: Seen(), count: count)
        self.began = began
    }

    /// Notes what a server said.
    mutating func note(_ look: ServerLook, of server: Int) {
        servers[server].look = look
        servers[server].answers = true
        switch look.role {
        case .primary(let timeline):
            servers[server].known = nil
            if timeline > self.timeline {
                // What followed the one before may have gone another way.
                samples = []
                for index in servers.indices { servers[index].known = nil }
                self.timeline = timeline
            }
            guard timeline == self.timeline, let end = look.end else { return }
            samples.append((look.asked, end))
            if samples.count > 2 * Self.mostSamples { samples.removeFirst(Self.mostSamples) }
        case .standby:
            let sample = samples.last { sample in
                look.end.map { sample.end.origin == $0.origin && sample.end.number <= $0.number } ?? false
            }
            servers[server].known = sample?.asked ?? servers[server].known
        }
    }

    /// Notes that a server did not answer.
    mutating func noteSilence(of server: Int) { servers[server].answers = false }

    /// Where to read now.
    func source(now: ContinuousClock.Instant, readsStandbys: Bool) -> Source {
        let there = servers.indices.filter { index in
            servers[index].answers && servers[index].look.map { now - $0.asked <= Self.patience } ?? false
        }
        let primaries = there.filter { servers[$0].look?.role == .primary(timeline: timeline) }
        guard primaries.count < 2 else {
            return .none(
                "two are primaries of one timeline, and nothing tells which is right: stop the other")
        }
        if let primary = primaries.first {
            return .server(ServerChoice(index: primary, doubt: doubt(of: primary, now)))
        }
        let standbys = there.filter { servers[$0].look?.role == .standby }
        guard !standbys.isEmpty else {
            return .none(
                there.isEmpty
                    ? "none answers" : "the only one that answers was left behind by the promotion of another"
            )
        }
        guard readsStandbys else { return .none("none is a primary; a standby answers") }
        let known = standbys.compactMap { index in servers[index].known.map { (index: index, at: $0) } }
        guard let best = known.max(by: { $0.at < $1.at }) else {
            return .none("a standby answers, but this process has not seen what it lacks")
        }
        return .server(ServerChoice(index: best.index, doubt: StoreDoubt(.standby, known: best.at)))
    }

    /// Whether another one may have become the primary.
    private func doubt(of primary: Int, _ now: ContinuousClock.Instant) -> StoreDoubt? {
        var (known, isUnseen) = (now, false)
        for index in servers.indices where index != primary {
            guard let look = servers[index].look else {
                // It may have been promoted before this process began.
                (known, isUnseen) = (min(known, began), true)
                continue
            }
            // One that was left behind is none.
            if look.role == .standby { known = min(known, look.asked) }
        }
        return isUnseen || now - known > Self.patience ? StoreDoubt(.primaryAlone, known: known) : nil
    }
}
