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
}
