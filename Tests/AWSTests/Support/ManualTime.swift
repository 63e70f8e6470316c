import AWS
import Foundation
import Synchronization

/// Time that passes when a test says so, for both clocks at once.
final class ManualTime: Sendable {
    static let start = Date(timeIntervalSince1970: 1_800_000_000)  // 2027-01-15T08:00:00Z

    private let seconds = Mutex(0.0)
    private let steadyStart = ContinuousClock.now

    var now: Date { Self.start + seconds.withLock { $0 } }

    func pass(minutes: Double) { pass(seconds: minutes * 60) }

    func pass(seconds more: Double) { seconds.withLock { $0 += more } }

    /// Timing on this time, without waits and chance. Work is done in place unless told otherwise.
    func timing(
        patience: Duration = .seconds(2), share: Double = 0,
        start: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { $0() }
    ) -> CredentialTiming {
        CredentialTiming(
            service: ServiceTiming(wall: { self.now }, wait: { _ in }, share: { share }),
            steady: { self.steadyStart + .seconds(self.seconds.withLock { $0 }) }, start: start,
            patience: patience)
    }
}
