// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

@testable import QueryService
import Synchronization
@testable import AuditRecords

/// Both clocks of a service, moved by hand. Steady time begins at the real one, as stores look at that.
final class ManualClock: Sendable {
    private let start = ContinuousClock.now
    private let startOfWall: Timestamp
    private let passed = Mutex(Duration.zero)
    private let hook = Mutex<(@Sendable () -> Void)?>(nil)

    init(wall: String = "2024-03-01T12:00:00Z") {
        startOfWall = try! Timestamp.parse(Array(wall.utf8)).instant
    }

    func advance(by duration: Duration) {
        passed.withLock { $0 += duration }
    }

    /// Something that happens at each look at steady time, in the middle of what looks.
    func atEachLook(_ hook: (@Sendable () -> Void)?) {
        self.hook.withLock { $0 = hook }
    }

    var steady: ContinuousClock.Instant {
        hook.withLock { $0 }?()
        return start + passed.withLock { $0 }
    }

    var wall: Timestamp {
        let passed = passed.withLock { $0 }
        return startOfWall.advanced(bySeconds: passed.components.seconds)
    }

    var source: TimeSource {
        TimeSource(wall: { [self] in wall }, steady: { [self] in steady })
    }
}
