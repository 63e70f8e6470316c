// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import AuditQuery
import Synchronization

/// Both clocks of a service, moved by hand. Steady time begins at the real one, as stores look at that.
final class ManualClock: Sendable {
    private let start = ContinuousClock.now
    private let startOfWall: Timestamp
    private let passed = Mutex(Duration.zero)

    init(wall: String = "2024-03-01T12:00:00Z") {
        startOfWall = try! Timestamp.parse(Array(wall.utf8)).instant
    }

    func advance(by duration: Duration) {
        passed.withLock { $0 += duration }
    }

    var steady: ContinuousClock.Instant { start + passed.withLock { $0 } }

    var wall: Timestamp {
        let passed = passed.withLock { $0 }
        return startOfWall.advanced(bySeconds: passed.components.seconds)
    }

    var source: TimeSource {
        TimeSource(wall: { [self] in wall }, steady: { [self] in steady })
    }
}
