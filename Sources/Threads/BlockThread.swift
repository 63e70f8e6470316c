internal import Foundation

/// Returns after a while. The calling thread sleeps, so it must be one that nobody else waits for.
@Sendable package func blockThread(for duration: Duration) {
    Thread.sleep(forTimeInterval: duration / .seconds(1))
}
