internal import Dispatch
internal import Synchronization

/// A value that comes once, and those who wait for it.
package final class Latch<Value: Sendable>: Sendable {
    private let kept = Mutex<Value?>(nil)
    private let isSet = DispatchSemaphore(value: 0)

    /// Without a value yet.
    package init() {}

    /// Gives the value to all who wait, now or later.
    package func set(_ value: Value) {
        kept.withLock { $0 = value }
        isSet.signal()
    }

    /// The value; nil while it has not come.
    package var value: Value? { kept.withLock { $0 } }

    /// The value, when it has come.
    package func wait() -> Value {
        while true {
            if let value = wait(within: .seconds(3600)) { return value }
        }
    }

    /// The value; nil when it had not come after so long.
    package func wait(within limit: Duration) -> Value? {
        guard isSet.wait(within: limit) else { return nil }
        // Each waiter lets the next one through.
        isSet.signal()
        return value
    }
}
