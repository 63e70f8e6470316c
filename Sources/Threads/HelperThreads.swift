internal import Dispatch
internal import Foundation
internal import Synchronization
internal import Tracing

/// A fixed number of threads that help others with jobs that block. Swift's own pool must never block, and
/// the request path has threads of its own.
package final class HelperThreads: Sendable {
    private let waiting: Waiting
    private let threads = Mutex(Tally())
    private let limit: Int

    private struct Tally {
        /// Those that there are.
        var started = 0
        /// Jobs of calls that are under way, each of which may want one.
        var jobs = 0
    }

    /// As many threads at most; each is started when it is first needed.
    package init(limit: Int) {
        self.limit = limit
        waiting = Waiting()
    }

    deinit {
        // Each thread ends at a job that is none.
        for _ in 0..<threads.withLock({ $0.started }) { waiting.put(nil) }
    }

    /// Runs `job` for each index up to `count`, on the calling thread and on free helpers, and returns what they
    /// gave, in order. Never waits for a helper that is busy elsewhere, so one call may be inside another. The
    /// caller's ServiceContext is the helpers' too, so that what they do belongs to its trace.
    package func map<Value: Sendable>(_ count: Int, _ job: @escaping @Sendable (Int) -> Value) -> [Value] {
        guard count > 1 else { return (0..<count).map(job) }
        let work = Work(count: count, job)
        // Calls inside others want threads besides those that these have.
        startThreads(
            threads.withLock { threads in
                threads.jobs += count - 1
                return threads.jobs
            })
        defer { threads.withLock { $0.jobs -= count - 1 } }
        let context = ServiceContext.current
        for _ in 1..<count { waiting.put { ServiceContext.withValue(context) { work.run() } } }
        work.run()
        return work.results()
    }

    /// Runs `job` on a helper, on one of as many as are named: the caller bounds how many jobs there are at a time.
    package func run(on threads: Int, _ job: @escaping @Sendable () -> Void) {
        startThreads(threads)
        waiting.put(job)
    }

    private func startThreads(_ wanted: Int) {
        threads.withLock { threads in
            while threads.started < min(limit, wanted) {
                threads.started += 1
                let waiting = waiting
                let thread = Thread { while let job = waiting.take() { job() } }
                thread.name = "helper"
                // As much as a thread that takes requests.
                thread.stackSize = 512 * 1024
                thread.start()
            }
        }
    }

    /// Jobs that wait for a thread. Apart from the threads' owner, so that they do not keep it alive.
    private final class Waiting: Sendable {
        private let jobs = Mutex<[(@Sendable () -> Void)?]>([])
        private let count = DispatchSemaphore(value: 0)

        func put(_ job: (@Sendable () -> Void)?) {
            jobs.withLock { $0.append(job) }
            count.signal()
        }

        /// The job put first, when there is one; nil to end.
        func take() -> (@Sendable () -> Void)? {
            count.wait()
            return jobs.withLock { $0.removeFirst() }
        }
    }
}

/// The jobs of one `map`: whoever runs takes the next until none is left.
private final class Work<Value: Sendable>: Sendable {
    private let job: @Sendable (Int) -> Value
    private let count: Int
    private let next = Atomic<Int>(0)
    private let values: Mutex<[Value?]>
    private let done = DispatchGroup()

    init(count: Int, _ job: @escaping @Sendable (Int) -> Value) {
        self.count = count
        self.job = job
        values = Mutex(Array(repeating: nil, count: count))
        for _ in 0..<count { done.enter() }
    }

    func run() {
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            let value = job(index)
            values.withLock { $0[index] = value }
            done.leave()
        }
    }

    func results() -> [Value] {
        done.wait()
        return values.withLock { $0.compactMap { $0 } }
    }
}
