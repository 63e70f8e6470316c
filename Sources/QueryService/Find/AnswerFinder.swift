internal import AuditStores
internal import Threads
internal import CoreMetrics

/// Finds the answer to a question: in the cache, else from the store, else in the cache though stale. Hot answers are
/// read anew in the background shortly before they are stale.
struct AnswerFinder: Sendable {
    let maker: AnswerMaker
    let settings: ServiceSettings
    let time: TimeSource
    let cache: AnswerCache
    let gate: StoreGate
    private let flights: Flights
    private let refreshes: BackgroundJobs
    let evictions: Counter
    private let tracing: RequestTracing
    private let onRefresh: @Sendable (Result<(answer: Answer, isShared: Bool), AnswerFailure>) -> Void

    /// A finder over what the maker makes.
    ///
    /// - Parameters:
    ///   - maker: asks the store.
    ///   - settings: the limits and times of cache and gate.
    ///   - time: the clocks.
    ///   - health: is told how each read of the store ended.
    ///   - shed: counts who is turned away at the gate before the store.
    ///   - evictions: counts answers that were dropped from the cache to make room.
    ///   - tracing: has a span for each read of the store.
    ///   - onRefresh: is told how a read ended that nobody waited for.
    init(
        maker: AnswerMaker, settings: ServiceSettings, time: TimeSource, health: StoreHealth, shed: Counter,
        evictions: Counter, tracing: RequestTracing,
        onRefresh: @escaping @Sendable (Result<(answer: Answer, isShared: Bool), AnswerFailure>) -> Void
    ) {
        self.maker = maker
        self.evictions = evictions
        self.tracing = tracing
        self.onRefresh = onRefresh
        self.settings = settings
        self.time = time
        cache = AnswerCache(byteLimit: settings.cacheByteLimit, staleFor: settings.staleTime)
        gate = StoreGate(limit: settings.storeLimit, shed: shed, health: health)
        flights = Flights(gate: gate)
        refreshes = BackgroundJobs(limit: settings.refreshLimit)
    }

    /// How much the cache holds, and how many threads wait on the store.
    var occupancy: Occupancy {
        let (entries, bytes) = cache.usage
        return Occupancy(cacheEntries: entries, cacheBytes: bytes, storeWaiting: gate.waiting)
    }

    /// Finds the answer to a question within the deadline that counts from its receipt; not in the cache when the client demands a
    /// fresh one. It is in the form that the client takes. Then a spelling leads to it, too.
    func find(
        _ question: Question, speltAs spelling: Spelling?, for policy: Policy, _ request: Request
    ) throws(AnswerFailure) -> FoundAnswer {
        guard question.isKept else { return try pass(question, policy, request) }
        request.stage?.enter(.cache)
        let key = CacheKey(question, policy: policy)
        var found = try find(question, key, policy, request)
        if let spelling, question.isTimeless { evictions.increment(by: cache.note(spelling, for: key)) }
        try form(&found, key, request)
        return found
    }

    private func find(
        _ question: Question, _ key: CacheKey, _ policy: Policy, _ request: Request
    ) throws(AnswerFailure) -> FoundAnswer {
        let wantsFresh = CacheControl.demandsFreshAnswer(request.cacheControl)
        let start = time.steady()
        let cached = wantsFresh ? nil : cache.hit(for: key, now: start)
        let looked = time.steady()
        var timing = ServerTiming(cache: looked - start)
        if let cached, cached.answer.isFresh(at: looked) {
            if cached.isDue { refresh(question, policy, key) }
            return hit(cached.answer, looked, timing)
        }
        let budget = budget(from: looked, deadline: request.received + settings.deadline)
        request.stage?.enter(.store)
        let result = Result { () throws(AnswerFailure) in
            let packs = request.takesGzip
            if wantsFresh {
                return (answer: try sure(read(question, policy, key, budget, packs: packs)), way: Way.read)
            }
            return try join(question, policy, key, budget, packs: packs)
        }
        timing.store = time.steady() - looked
        switch result {
        case .success((let answer, .cache)): return hit(answer, time.steady(), timing)
        case .success(let (answer, way)):
            if let cached, let detail = detail(of: answer, thatKnowsLessThan: cached.answer) {
                return FoundAnswer(answer: cached.answer, status: .stale(detail: detail), timing: timing)
            }
            timing.region = answer.usage.region
            let outcome: CacheStatus.Outcome =
                way == .shared ? .collapsed : cache.keeps(answer, for: key) ? .stored : .passed
            let status: CacheStatus =
                wantsFresh ? .refreshed(outcome) : cached == nil ? .miss(outcome) : .expired(outcome)
            return FoundAnswer(answer: answer, status: status, timing: timing)
        case .failure(let failure):
            guard let cached, let detail = detail(of: failure, over: cached.answer) else { throw failure }
            return FoundAnswer(
                answer: cached.answer, status: .stale(detail: detail), timing: timing,
                storeFailure: failure)
        }
    }

    /// Makes an answer that is kept nowhere.
    private func pass(
        _ question: Question, _ policy: Policy, _ request: Request
    ) throws(AnswerFailure) -> FoundAnswer {
        request.stage?.enter(.store)
        let start = time.steady()
        let budget = budget(from: start, deadline: request.received + settings.deadline)
        var answer = try gate.read { () throws(AnswerFailure) in
            try tracing.stage("store") { () throws(AnswerFailure) in
                try maker.answer(to: question, for: policy, budget: budget)
            }
        }
        if request.takesGzip { answer = answer.packed() }
        var timing = ServerTiming(cache: .zero)
        timing.store = time.steady() - start
        return FoundAnswer(answer: answer, status: .miss(.passed), timing: timing)
    }

    /// Looks whether there is a record for one who follows.
    func look(
        at query: ChangesQuery, _ policy: Policy, _ request: Request
    ) throws(AnswerFailure) -> ArrivalPage {
        let budget = budget(from: time.steady(), deadline: request.received + settings.deadline)
        return try gate.pass { () throws(AnswerFailure) in
            try maker.look(at: query, policy, budget)
        }
    }

    /// Starts no more reads in the background, and waits for those that run, so long at most.
    func stopRefreshing(within limit: Duration) { refreshes.stop(within: limit) }

    func hit(_ answer: Answer, _ now: ContinuousClock.Instant, _ timing: ServerTiming) -> FoundAnswer {
        FoundAnswer(answer: answer, status: .hit(secondsLeft: answer.secondsLeft(at: now)), timing: timing)
    }

    private func budget(from now: ContinuousClock.Instant, deadline: ContinuousClock.Instant) -> Budget {
        Budget(soft: min(now + settings.pageTime, deadline), deadline: deadline)
    }

    /// How an answer was come by that was not in the cache at first.
    private enum Way {
        case read, shared, cache
    }

    /// Reads the store, or shares what an equal question reads.
    private func join(
        _ question: Question, _ policy: Policy, _ key: CacheKey, _ budget: Budget, packs: Bool
    ) throws(AnswerFailure) -> (answer: Answer, way: Way) {
        var isFound = false
        let (answer, isShared) = try flights.answer(for: key, deadline: budget.deadline) {
            () throws(AnswerFailure) in
            // Another flight may have landed between the look into the cache and this one's start.
            let now = time.steady()
            if let landed = cache.answer(for: key, now: now), landed.isFresh(at: now) {
                isFound = true
                return landed
            }
            return try read(question, policy, key, budget, packs: packs)
        }
        return (answer, isShared ? .shared : isFound ? .cache : .read)
    }

    /// Has an answer read anew in the background, if there is room. It is an equal question's read like any other:
    /// whoever misses meanwhile shares it. When it fails, the old answer stays until it is stale.
    private func refresh(_ question: Question, _ policy: Policy, _ key: CacheKey) {
        let isStarted = refreshes.start {
            let now = time.steady()
            let budget = budget(from: now, deadline: now + settings.deadline)
            onRefresh(
                Result { () throws(AnswerFailure) in
                    try flights.answer(for: key, deadline: budget.deadline) { () throws(AnswerFailure) in
                        try read(question, policy, key, budget, packs: true)
                    }
                })
        }
        if !isStarted { cache.unclaim(key) }
    }

    /// Reads the store, and keeps the answer; packed, or as it is until it is packed.
    private func read(
        _ question: Question, _ policy: Policy, _ key: CacheKey, _ budget: Budget, packs: Bool
    ) throws(AnswerFailure) -> Answer {
        var answer = try gate.read { () throws(AnswerFailure) in
            try tracing.stage("store") { () throws(AnswerFailure) in
                try told(maker.answer(to: question, for: policy, budget: budget))
            }
        }
        if packs { answer = answer.packed() }
        evictions.increment(by: cache.insert(answer, for: key))
        return answer
    }
}
