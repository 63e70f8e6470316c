/// An answer and how it was come by.
struct Found: Sendable {
    /// What the question is called in the cache.
    let key: CacheKey
    let answer: Answer
    let status: CacheStatus
    var timing: StageTiming
    /// Why a stale answer is given, if one is.
    var storeFailure: AnswerFailure?
}
