internal import AuditStores
internal import JSONBytes
internal import Threads

/// An answer and how it was come by.
struct FoundAnswer: Sendable {
    var answer: Answer
    let status: CacheStatus
    var timing: ServerTiming
    /// Why a stale answer is given, if one is.
    var storeFailure: AnswerFailure?
    /// What a large body has reserved that was unpacked for this request alone.
    var plainReservation: Reservation?

    /// What is to be done with it once it is sent.
    var afterwards: (@Sendable () -> Void)?

    /// Why it may lack what was stored by the time it was read.
    var doubt: StoreDoubt? { answer.doubt }

    /// What logs and traces call where it came from.
    var statusName: String { doubt == nil ? status.name : "stale" }

    /// Writes the value of Cache-Status.
    func appendStatus(to bytes: inout [UInt8]) {
        status.append(to: &bytes)
        guard let doubt else { return }
        // One from the cache in the place of one that the store did not give has said why.
        if case .stale = status { return }
        bytes.append(ascii: "; detail=")
        bytes.append(ascii: doubt.detail)
    }
}
