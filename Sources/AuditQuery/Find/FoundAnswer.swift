/// An answer and how it was come by.
struct Found: Sendable {
    let answer: Answer
    let status: CacheStatus
    var timing: StageTiming
    /// Why a stale answer is given, if one is.
    var storeFailure: AnswerFailure?
}
