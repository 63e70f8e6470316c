internal import Synchronization

/// Bounds the bytes of records and answers that a worker holds at once, beside its cache: what is read, what is written
/// from it, and what is sent until the web server has taken it.
///
/// A small answer asks nobody: what all of a worker's threads hold of those together is bounded too. A larger one has
/// room reserved, as much as its question usually takes; when that is too little, as much as an answer may take at
/// all. Who waits for room holds none meanwhile; who holds some and finds no more ends its page with the records that
/// it has.
final class AnswerMemory: Sendable {
    /// What an operator may set, and tests.
    struct Limits {
        /// The most bytes of records on a page or in a batch. One record that is larger is an answer by itself.
        var answer = 8 << 20
        /// Bytes of records for which nobody is asked.
        var unasked = 64 << 10
        /// The most bytes of all that is reserved.
        var reserved: Int
        /// The most threads that wait for room: whoever asks for large answers may not take all threads of a worker.
        var waiting = 64
    }

    /// No bound but that of an answer: for one who asks alone.
    static let unshared = AnswerMemory(Limits(reserved: .max / 2))

    let limits: Limits
    private let gate: ByteGate
    /// Is told of each who gets no room.
    let onShed: @Sendable () -> Void
    /// What a record takes, as a mean in which the last pages count most.
    private let usualRecord = Atomic<Int>(1024)

    /// Bounds within these limits.
    init(_ limits: Limits, onShed: @escaping @Sendable () -> Void = {}) {
        self.limits = limits
        self.onShed = onShed
        gate = ByteGate(capacity: limits.reserved, lineLimit: limits.waiting)
    }

    /// Bytes that are reserved now.
    var held: Int { gate.held }

    /// Room for an answer of so many records at most; reserved before they are read, where reading again is dear.
    func room(for count: Int, isEager: Bool = true) -> AnswerRoom {
        // Twice the mean: most answers fit.
        let (usual, isTooLarge) = count.multipliedReportingOverflow(
            by: 2 * usualRecord.load(ordering: .relaxed))
        return AnswerRoom(
            self, Reservation(gate), usual: isTooLarge ? limits.answer : usual, isEager: isEager)
    }

    /// Takes note of what records took.
    func note(count: Int, bytes: Int) {
        guard count > 0 else { return }
        // Another thread's note may be lost, which matters little to a mean.
        let mean = usualRecord.load(ordering: .relaxed)
        usualRecord.store((7 * mean + bytes / count) / 8, ordering: .relaxed)
    }
}
