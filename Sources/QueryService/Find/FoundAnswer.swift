/// An answer and how it was come by.
struct FoundAnswer: Sendable {
    let answer: Answer
    let status: CacheStatus
    var timing: ServerTiming
    /// Why a stale answer is given, if one is.
    var storeFailure: AnswerFailure?
}
