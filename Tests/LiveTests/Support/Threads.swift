import Foundation
import Synchronization

/// Runs `body` on so many threads at once, each with its number, and waits for all of them.
///
/// Expectations belong after it, on what it gives back: on these threads Swift Testing does not know which
/// test they are of.
func concurrently<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Value
) throws -> [Value] {
    let results = Mutex<[Int: Result<Value, any Error>]>([:])
    let done = DispatchGroup()
    for number in 0..<count {
        done.enter()
        let thread = Thread {
            let result = Result { try body(number) }
            results.withLock { $0[number] = result }
            done.leave()
        }
        thread.stackSize = 512 * 1024
        thread.start()
    }
    done.wait()
    return try results.withLock { results in try (0..<count).compactMap { try results[$0]?.get() } }
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
