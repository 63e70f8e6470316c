import Synchronization

/// What requests are called that nginx has given no id: they differ, and nobody is to guess from them.
enum RequestID {
    private static let counter = Atomic<UInt64>(.random(in: .min ... .max))

    /// One that no other request of this process has. Costs no system call, as a random one would.
    static func next() -> String {
        String(counter.wrappingAdd(1, ordering: .relaxed).newValue, radix: 16)
    }
}
