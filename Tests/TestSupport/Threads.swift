internal import Foundation
internal import Synchronization
package import Testing

/// Runs a body on threads of its own, at once, and returns when all have ended, or with an issue after ten minutes. Not on Swift's pool,
/// which has too few threads to let some wait for others.
package func onThreads(
    _ count: Int, sourceLocation: SourceLocation = #_sourceLocation, _ body: @escaping @Sendable (Int) -> Void
) {
    let ended = DispatchSemaphore(value: 0)
    for index in 0..<count {
        Thread.detachNewThread {
            body(index)
            ended.signal()
        }
    }
    let deadline = DispatchTime.now() + 600
    for index in 0..<count where ended.wait(timeout: deadline) == .timedOut {
        return _ = Issue.record(
            "\(count - index) of \(count) threads have not ended in ten minutes",
            sourceLocation: sourceLocation)
    }
}

/// A thread whose end can be waited for.
package final class Running<Value: Sendable>: Sendable {
    private let ended = DispatchSemaphore(value: 0)
    private let value = Mutex<Value?>(nil)
    private let thread = Mutex<String?>(nil)

    /// Starts it.
    package init(_ body: @escaping @Sendable () -> Value) {
        Thread.detachNewThread { [self] in
            thread.withLock { $0 = currentThread() }
            let result = body()
            value.withLock { $0 = result }
            ended.signal()
        }
    }

    /// Whether it comes to wait for something, and has not ended: to be asked of a body that waits for one thing only.
    package var comesToWait: Bool {
        eventually { thread.withLock { $0 }.map(isAsleep) ?? false } && result(within: 0) == nil
    }

    /// What it returned; nil when it had not ended by the deadline.
    package func result(within seconds: Double = 60) -> Value? {
        guard ended.wait(timeout: .now() + seconds) == .success else { return nil }
        ended.signal()
        return value.withLock { $0 }
    }
}

/// Whether something holds in the end: within two minutes.
package func eventually(_ holds: () -> Bool) -> Bool {
    (try? eventually("it holds", holds)) != nil
}

/// The kernel's id of the thread that asks.
package func currentThread() -> String {
    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
    return link?.split(separator: "/").last.map(String.init) ?? ""
}

/// Whether a thread of this process waits for something, at several looks in a row.
package func isAsleep(_ thread: String) -> Bool {
    (0..<4).allSatisfy { _ in
        sched_yield()
        let status = try? String(contentsOfFile: "/proc/self/task/\(thread)/stat", encoding: .utf8)
        // The state stands after the name, which is in brackets.
        return status?.split(separator: ")").last?.hasPrefix(" S") ?? false
    }
}

/// A place where threads wait until it is opened.
package final class Barrier: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let arrivals = Atomic<Int>(0)

    /// A closed one.
    package init() {}

    /// How many threads have come so far.
    package var arrived: Int { arrivals.load(ordering: .relaxed) }

    /// Waits until it is open: for ten minutes, so that a test that never opens it fails.
    package func wait() {
        arrivals.add(1, ordering: .relaxed)
        _ = semaphore.wait(timeout: .now() + 600)
        semaphore.signal()
    }

    /// Lets all go on, now and later.
    package func open() {
        semaphore.signal()
    }
}

/// A number that threads count up and down.
package final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    /// Zero.
    package init() {}

    /// The number now.
    package var value: Int { count.load(ordering: .sequentiallyConsistent) }

    /// Counts one up, and gives the number after that.
    @discardableResult
    package func add() -> Int { count.add(1, ordering: .sequentiallyConsistent).newValue }

    /// Counts one down.
    package func subtract() { count.subtract(1, ordering: .sequentiallyConsistent) }
}
