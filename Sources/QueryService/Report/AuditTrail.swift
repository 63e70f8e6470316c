internal import AuditRecords
internal import Threads
internal import CoreMetrics
internal import Dispatch
internal import Logging

/// The audit of the audit: writes every read of records to a log, from a thread of its own, so that no request
/// waits for the journal.
///
/// A read is written after a delay, a quarter of a second usually; a worker that is killed loses that much.
final class AuditTrail: Sendable {
    private let pending = Locked(PendingReads())
    private let log: Logger
    private let lost: Counter
    private let isWanted = DispatchSemaphore(value: 0)
    private let writing = Locked(())

    /// Events that are enough to write at once.
    private static let batch = PendingReads.capacity / 4

    init(_ log: Logger, lost: Counter, delay: Duration) {
        self.log = log
        self.lost = lost
        startTicking("audit", isWanted: isWanted, every: { delay }) { [weak self] in self?.flush() }
    }

    deinit {
        flush()
        isWanted.signal()
    }

    /// Takes note of a hit with those before that are like it; makes an event of it if there are none.
    func note(
        hit identity: PendingReads.Identity, requestID: String, traceID: String?, at instant: Timestamp,
        event: () -> ReadEvent
    ) {
        let isMerged = pending.withLock {
            $0.merge(identity, requestID: requestID, traceID: traceID, at: instant)
        }
        if !isMerged { note(event(), identity: identity) }
    }

    /// Takes note of a read; hits that are like it will be counted with it.
    func note(_ event: ReadEvent, identity: PendingReads.Identity? = nil) {
        let count = pending.withLock { pending in
            pending.append(event, identity: identity)
            return pending.events.count
        }
        if count == Self.batch { isWanted.signal() }
    }

    /// Writes what there is, on the calling thread.
    func flush() {
        // One at a time, so that all is written when this returns.
        writing.withLock { _ in
            let taken = pending.withLock { pending in
                defer { pending = PendingReads() }
                return pending
            }
            for event in taken.events { log.info("read", metadata: event.metadata) }
            guard taken.lost > 0 else { return }
            lost.increment(by: taken.lost)
            log.error(
                "reads are missing here: they came faster than this log takes them",
                metadata: ["READS": "\(taken.lost)"])
        }
    }
}
