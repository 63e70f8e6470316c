import AuditStores
import Synchronization

/// Tells on standard error that what is shown may lack something: when that begins, and not with each page.
final class DoubtNotice: Sendable {
    private let told = Mutex<StoreDoubt.Cause?>(nil)

    /// Notes what the store said of a read.
    func note(_ doubt: StoreDoubt?) {
        note(doubt?.cause, seconds: doubt.map { Int((ContinuousClock.now - $0.known) / .seconds(1)) })
    }

    /// Notes why an answer may lack something, nil where it does not, and for how many seconds that may be so.
    func note(_ cause: StoreDoubt.Cause?, seconds: Int?) {
        let isNew = told.withLock { told in
            defer { told = cause }
            return told != cause
        }
        guard isNew, let cause else { return }
        Console.error("audit-query: warning: \(Self.text(cause, seconds: seconds))")
    }

    /// What there is to say.
    static func text(_ cause: StoreDoubt.Cause, seconds: Int?) -> String {
        let time = seconds.map { "in the last \(counted($0, "second"))" } ?? "lately"
        return switch cause {
        case .primaryAlone:
            "another server of the store cannot be asked, and may have taken over: what was stored there \(time) or before is "
                + "missing then"
        case .standby:
            "the store's first server does not answer, and one that follows it was read: what was stored \(time) may be missing"
        }
    }
}
