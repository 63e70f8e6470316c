internal import Threads
internal import Synchronization

/// What one answer of DynamoDB takes while it is received and read: its JSON as it came, a copy that is walked over, and
/// the records. Large ones wait in line, since a worker may ask for hundreds at a time. Who waits may hold records, but
/// whoever is admitted waits for nobody.
final class BodyRoom: Sendable {
    private static let copies = 3
    /// The largest answer that is taken (16 MiB) fits.
    static let capacity = copies * (16 << 20)
    /// Longer than it takes to read those that came before. An attempt has three seconds for all.
    private static let patience = Duration.seconds(2)

    private let reservation: Reservation
    private let wasRefused = Atomic<Bool>(false)

    init(_ gate: ByteGate) {
        reservation = Reservation(gate)
    }

    /// Whether there was no room in time.
    var isRefused: Bool { wasRefused.load(ordering: .relaxed) }

    /// Waits for room for a body; false when there was none.
    func admit(_ bytes: Int, until deadline: ContinuousClock.Instant) -> Bool {
        let admission = reservation.wait(
            for: Self.copies * bytes, until: min(deadline, .now + Self.patience))
        if admission != .admitted { wasRefused.store(true, ordering: .relaxed) }
        return admission == .admitted
    }

    /// The answer is read, and what is kept of it counts elsewhere.
    func release() { reservation.shrink(to: 0) }
}
