package import Dispatch
internal import Foundation

extension DispatchSemaphore {
    /// Waits until a deadline.
    ///
    /// - Returns: whether it was signalled before.
    package func wait(until deadline: ContinuousClock.Instant) -> Bool { wait(within: deadline - .now) }

    /// Waits for so long at most.
    ///
    /// - Returns: whether it was signalled in time.
    package func wait(within limit: Duration) -> Bool {
        // A year is as long as ever.
        let nanoseconds = max(0, Int(min(limit, .seconds(31_536_000)) / .nanoseconds(1)))
        return wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success
    }
}

/// Runs a job again and again on a thread of its own: after each interval, or sooner when somebody signals, until there is
/// none any more.
///
/// - Parameters:
///   - name: the thread's.
///   - isWanted: signalled for the job to be run at once.
///   - interval: asked before each wait.
///   - job: gives nil when it is over, as a weak owner's does that is gone.
package func startTicking(
    _ name: String, isWanted: DispatchSemaphore, every interval: @escaping @Sendable () -> Duration,
    _ job: @escaping @Sendable () -> Void?
) {
    let thread = Thread {
        repeat { _ = isWanted.wait(within: interval()) } while job() != nil
    }
    thread.name = name
    thread.start()
}

/// Returns after a while. The calling thread sleeps, so it must be one that nobody else waits for.
@Sendable package func blockThread(for duration: Duration) {
    Thread.sleep(forTimeInterval: duration / .seconds(1))
}
