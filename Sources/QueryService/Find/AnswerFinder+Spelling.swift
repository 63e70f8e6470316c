internal import AuditStores

extension AnswerFinder {
    /// The answer to a question that is spelt as one before it was, from the cache; nil where the question is to be read.
    func hit(speltAs spelling: Spelling, _ request: Request) -> FoundAnswer? {
        guard !CacheControl.demandsFreshAnswer(request.cacheControl) else { return nil }
        let start = time.steady()
        guard let answer = cache.hit(speltAs: spelling, takesGzip: request.takesGzip, now: start),
            answer.doubt == nil
        else { return nil }
        let looked = time.steady()
        return hit(answer, looked, ServerTiming(cache: looked - start))
    }
}
