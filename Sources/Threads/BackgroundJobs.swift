internal import Dispatch
internal import Synchronization

/// Jobs that nobody waits for, a bounded number at a time: one for which there is no room is not done.
package final class BackgroundJobs: Sendable {
    private let limit: Int
    private let helpers: HelperThreads
    private let running = Atomic<Int>(0)
    private let isStopped = Atomic<Bool>(false)
    private let done = DispatchGroup()

    /// As many at a time at most, each on a thread that is started when it is first needed.
    package init(limit: Int) {
        self.limit = limit
        helpers = HelperThreads(limit: limit)
    }

    /// Has a helper run `job`, if there is room.
    ///
    /// - Returns: whether it will.
    package func start(_ job: @escaping @Sendable () -> Void) -> Bool {
        let count = running.add(1, ordering: .relaxed).newValue
        guard count <= limit, !isStopped.load(ordering: .sequentiallyConsistent) else {
            running.subtract(1, ordering: .relaxed)
            return false
        }
        done.enter()
        helpers.run(on: count) { [self] in
            job()
            running.subtract(1, ordering: .relaxed)
            done.leave()
        }
        return true
    }

    /// Starts no more, and waits for those that run, so long at most.
    package func stop(within limit: Duration) {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        _ = done.wait(timeout: .now() + .nanoseconds(Int(limit / .nanoseconds(1))))
    }
}
