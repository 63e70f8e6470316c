import Foundation

/// Runs tasks on threads made for them. Live tests wait for processes and sockets, and may not do that on
/// Swift's few cooperative threads, which other tests need.
final class OwnThreads: TaskExecutor {
    static let shared = OwnThreads()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        Thread.detachNewThread { job.runSynchronously(on: executor) }
    }
}
