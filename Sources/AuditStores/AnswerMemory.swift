package import Threads
internal import Synchronization

/// Bounds the bytes of records and answers that a worker holds at once, beside its cache: what is read, what is written
/// from it, and what is sent until the web server has taken it.
///
/// A small answer reserves nothing: of those, all threads of a worker together hold little. A larger one reserves what as
/// many records usually take and, where that turns out too little, the most that an answer may take. A thread that waits
/// for room holds none meanwhile. One that holds some and finds no more ends its page with the records that it has.
package final class AnswerMemory: Sendable {
    /// What an operator may set, and tests.
    package struct Limits {
        /// The most bytes of records on a page or in a batch. One record that is larger is an answer by itself.
        package let answer: Int
        /// The most bytes of records that an answer may have without reserving any.
        package let unasked: Int
        /// The most bytes of all that is reserved.
        package let reserved: Int
        /// The most threads that wait for room at once, so that large answers leave threads for others.
        package let waiting: Int

        /// Limits of an answer, 8 MiB where it is not said, of what needs no room, of all, and of those who wait.
        package init(
            answer: Int = 8 << 20, unasked: Int = 64 << 10, reserved: Int, waiting: Int = 64
        ) {
            self.answer = answer
            self.unasked = unasked
            self.reserved = reserved
            self.waiting = waiting
        }
    }

    /// Bounds one answer and not all of them together: for a command, which makes one at a time.
    package static let unshared = AnswerMemory(Limits(reserved: .max / 2))

    /// What bounds them.
    package let limits: Limits
    private let gate: ByteGate
    /// Is told of each who gets no room.
    let onShed: @Sendable () -> Void
    /// What a record takes, as a mean in which the last pages count most.
    private let usualRecord = Atomic<Int>(1024)

    /// Bounds within these limits.
    package init(_ limits: Limits, onShed: @escaping @Sendable () -> Void = {}) {
        self.limits = limits
        self.onShed = onShed
        gate = ByteGate(capacity: limits.reserved, lineLimit: limits.waiting)
    }

    /// Bytes that are reserved now.
    var held: Int { gate.held }

    /// Room for an answer of so many records at most, or for so many bytes of them. It is reserved before they are read if
    /// `isEager`, for stores where it is dear to read again what did not fit.
    package func room(for count: Int, orBytes bytes: Int = 0, isEager: Bool = true) -> AnswerRoom {
        // Twice the mean: most answers fit.
        let (usual, isTooLarge) = count.multipliedReportingOverflow(
            by: 2 * usualRecord.load(ordering: .relaxed))
        return AnswerRoom(
            self, Reservation(gate), usual: isTooLarge ? limits.answer : max(usual, bytes), isEager: isEager)
    }

    /// Room for a body that is there in another form and is sent in this one, waited for until `end`; nil for a small one,
    /// which needs none.
    package func reservation(
        ofBody bytes: Int, until end: ContinuousClock.Instant
    ) throws(StoreError) -> Reservation? {
        guard bytes > limits.unasked else { return nil }
        let reservation = Reservation(gate)
        guard reservation.wait(for: bytes, until: end) == .admitted else {
            onShed()
            throw StoreError(.busy, "others' answers take all of worker.answer-bytes")
        }
        return reservation
    }

    /// Takes note of what records took, for what others will usually take.
    package func note(count: Int, bytes: Int) {
        guard count > 0 else { return }
        // Another thread's note may be lost, which matters little to a mean.
        let mean = usualRecord.load(ordering: .relaxed)
        usualRecord.store((7 * mean + bytes / count) / 8, ordering: .relaxed)
    }
}
