internal import CoreMetrics

/// Finds the answer to a question: in the cache, else from the store, else in the cache though stale.
struct AnswerFinder: Sendable {
    private let maker: AnswerMaker
    private let settings: ServiceSettings
    private let time: TimeSource
    private let cache: AnswerCache
    private let flights = Flights()
    private let gate: StoreGate
    private let tracing: RequestTracing
    private let evictions: Counter

    init(maker: AnswerMaker, settings: ServiceSettings, time: TimeSource, reporter: Reporter) {
        self.maker = maker
        tracing = reporter.tracing
        evictions = reporter.metrics.evictions
        self.settings = settings
        self.time = time
        cache = AnswerCache(byteLimit: settings.cacheByteLimit, staleFor: settings.staleTime)
        gate = StoreGate(limit: settings.storeLimit, shed: reporter.metrics.shed)
    }

    /// How much the cache holds, and how many threads wait on the store.
    var load: ServiceLoad {
        let (entries, bytes) = cache.usage
        return ServiceLoad(cacheEntries: entries, cacheBytes: bytes, storeWaiting: gate.waiting)
    }

    /// Finds the answer to a request's question within the deadline that counts from its receipt; not in the cache
    /// when the client demands a fresh one.
    func find(
        _ question: Question, for policy: Policy, _ request: Request
    ) throws(AnswerFailure) -> Found {
        let wantsFresh = CacheControl.demandsFreshAnswer(request.cacheControl)
        request.stage?.enter(.cache)
        let key = CacheKey(question, policy: policy)
        let start = time.steady()
        let cached = cache.answer(for: key, now: start)
        let looked = time.steady()
        var timing = StageTiming(cache: looked - start)
        if let cached, cached.isFresh(at: looked), !wantsFresh {
            return Found(
                answer: cached, status: .hit(secondsLeft: cached.secondsLeft(at: looked)),
                timing: timing)
        }
        let deadline = request.received + settings.deadline
        let budget = Budget(soft: min(looked + settings.pageTime, deadline), deadline: deadline)
        request.stage?.enter(.store)
        let result = Result { () throws(AnswerFailure) in
            if wantsFresh { return (answer: try read(question, policy, key, budget), isShared: false) }
            return try flights.answer(for: key, deadline: deadline) { () throws(AnswerFailure) in
                // Another flight may have landed between the look into the cache and this one's start.
                let landed = cache.answer(for: key, now: time.steady())
                if let landed, landed.isFresh(at: time.steady()) { return landed }
                return try read(question, policy, key, budget)
            }
        }
        timing.store = time.steady() - looked
        switch result {
        case .success(let (answer, isShared)):
            timing.region = answer.usage.region
            let outcome: CacheStatus.Outcome =
                isShared ? .collapsed : cache.keeps(answer, for: key) ? .stored : .passed
            let status: CacheStatus =
                wantsFresh ? .refreshed(outcome) : cached == nil ? .miss(outcome) : .expired(outcome)
            return Found(answer: answer, status: status, timing: timing)
        case .failure(let failure):
            guard let cached, !wantsFresh, let detail = failure.staleDetail else { throw failure }
            return Found(
                answer: cached, status: .stale(detail: detail), timing: timing,
                storeFailure: failure)
        }
    }

    private func read(
        _ question: Question, _ policy: Policy, _ key: CacheKey, _ budget: Budget
    ) throws(AnswerFailure) -> Answer {
        let answer = try gate.pass { () throws(AnswerFailure) in
            try tracing.stage("store") { () throws(AnswerFailure) in
                try maker.answer(to: question, for: policy, budget: budget)
            }
        }
        let dropped = cache.insert(answer, for: key)
        if dropped > 0 { evictions.increment(by: dropped) }
        return answer
    }
}
