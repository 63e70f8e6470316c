internal import struct FoundationEssentials.Date
internal import Threads

/// Decides when credentials are used, renewed and waited for. Without clocks or chance: it is told both.
struct CredentialState {
    /// Seconds before the end from which credentials are renewed: in the background at first, then while
    /// callers wait. Those that live less than an hour get a part of their life.
    private static let windows = (background: 15.0 * 60, foreground: 10.0 * 60)
    /// After so long a renewal counts as lost, its thread having hung or never started.
    private static let lostAfter = CredentialSource.renewalLimit + .seconds(10)
    /// Seconds in which those that were just renewed are not renewed again, whoever refuses them.
    private static let minimumAge = 10.0
    private static let longestPause = 60.0

    enum Step {
        case use(Credentials)
        /// Wait for the renewal, and if it takes long, use what there is.
        case wait(CredentialRenewal, Credentials?)
        case fail(CredentialError)
    }

    private var credentials: Credentials?
    private var windows = Self.windows
    private var renewal: CredentialRenewal?
    private var nextRenewal: ContinuousClock.Instant?
    private var failures = 0
    private var failure = CredentialError("no credentials have been looked for yet")

    /// What a caller does now, and the renewal that it starts, if it is the one to start it.
    mutating func next(_ wall: Date, _ steady: ContinuousClock.Instant) -> (Step, CredentialRenewal?) {
        let left = credentials?.secondsLeft(at: wall) ?? 0
        if let credentials, left > windows.background { return (.use(credentials), nil) }
        let started = startRenewal(steady)
        let usable = left > 0 || credentials?.outlivesExpiration == true ? credentials : nil
        guard let renewal else { return (usable.map(Step.use) ?? .fail(failure), nil) }
        // Nobody waits for what has just failed while there is something to use.
        if let usable, left > windows.foreground || failures > 0 { return (.use(usable), started) }
        return (.wait(renewal, usable), started)
    }

    /// What a renewal brought. Tells whether failures end with it: what has ended already is one more.
    mutating func ended(
        _ ended: CredentialRenewal, _ result: Result<Credentials, CredentialError>, _ wall: Date,
        _ steady: ContinuousClock.Instant, share: Double
    ) -> Bool {
        if renewal === ended { renewal = nil }
        switch result {
        case .success(let new):
            let left = new.secondsLeft(at: wall)
            credentials = new
            windows = (min(Self.windows.background, left / 2), min(Self.windows.foreground, left / 3))
            guard left > 0 else {
                pause(steady, share)
                return false
            }
            defer { failures = 0 }
            nextRenewal = steady + .seconds(Self.minimumAge)
            return failures > 0
        case .failure(let error):
            failure = error
            pause(steady, share)
            return false
        }
    }

    /// Keeps the next renewal off for 1, 2, 4 … 60 seconds, less up to half of it at random.
    private mutating func pause(_ steady: ContinuousClock.Instant, _ share: Double) {
        failures += 1
        let longest = min(Double(1 << min(failures - 1, 6)), Self.longestPause)
        nextRenewal = steady + .seconds(longest * (1 - share / 2))
    }

    /// Gives credentials up that a service refuses, unless they are new or a renewal has just failed.
    mutating func discard(_ refused: Credentials, _ steady: ContinuousClock.Instant) {
        guard credentials == refused, !isPausing(steady) else { return }
        credentials = nil
    }

    /// When what there is ends; nil when there is nothing, or it does not end.
    var expiration: Date? { credentials?.expiration }

    private mutating func startRenewal(_ steady: ContinuousClock.Instant) -> CredentialRenewal? {
        if let renewal, renewal.start + Self.lostAfter > steady { return nil }
        renewal = isPausing(steady) ? nil : CredentialRenewal(start: steady)
        return renewal
    }

    private func isPausing(_ steady: ContinuousClock.Instant) -> Bool {
        nextRenewal.map { steady < $0 } ?? false
    }
}

extension Credentials {
    /// Infinite for those that do not end.
    func secondsLeft(at time: Date) -> Double { expiration?.timeIntervalSince(time) ?? .infinity }
}

/// One renewal that is under way, and those who wait for its end.
final class CredentialRenewal: Sendable {
    let start: ContinuousClock.Instant
    private let ended = Latch<Void>()

    init(start: ContinuousClock.Instant) {
        self.start = start
    }

    func end() { ended.set(()) }

    /// Whether it ended within so much time.
    func wait(_ limit: Duration) -> Bool { ended.wait(within: limit) != nil }
}
