import Foundation
import Synchronization

/// Runs `body` on so many threads at once, each with its number, and waits for all of them.
///
/// Expectations belong after it, on what it gives back: on these threads Swift Testing does not know which
/// test they are of.
func concurrently<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Value
) throws -> [Value] {
    try Threads.start(count, body).wait()
}

/// Threads that each do one thing.
final class Threads<Value: Sendable>: Sendable {
    private let results = Mutex<[Int: Result<Value, any Error>]>([:])
    private let done = DispatchGroup()
    private let count: Int

    private init(_ count: Int) { self.count = count }

    static func start(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Value) -> Threads {
        let threads = Threads(count)
        for number in 0..<count {
            threads.done.enter()
            let thread = Thread {
                let result = Result { try body(number) }
                threads.results.withLock { $0[number] = result }
                threads.done.leave()
            }
            thread.stackSize = 512 * 1024
            thread.start()
        }
        return threads
    }

    /// What has come so far, for a person to read.
    var finished: [String] { results.withLock { $0.values.map { "\($0)" } } }

    /// Waits for all of them: what they brought, in order.
    func wait() throws -> [Value] {
        done.wait()
        return try results.withLock { results in try (0..<count).compactMap { try results[$0]?.get() } }
    }
}

/// Work on threads of its own that goes on until it is told to stop.
final class Background<Value: Sendable>: Sendable {
    private let isStopped = Atomic(false)
    private let values = Mutex<[Result<Value, any Error>]>([])
    private let done = DispatchGroup()

    /// Runs `body` again and again on each of so many threads.
    init(threads: Int, _ body: @escaping @Sendable (_ thread: Int, _ turn: Int) throws -> Value) {
        for number in 0..<threads {
            done.enter()
            Thread.detachNewThread { [self] in
                var turn = 0
                while !isStopped.load(ordering: .relaxed) {
                    let result = Result { try body(number, turn) }
                    values.withLock { $0.append(result) }
                    turn += 1
                }
                done.leave()
            }
        }
    }

    /// How many turns have been done.
    var count: Int { values.withLock { $0.count } }

    /// Ends it and gives what all turns brought.
    func stop() throws -> [Value] {
        isStopped.store(true, ordering: .relaxed)
        done.wait()
        return try values.withLock { try $0.map { try $0.get() } }
    }
}
