internal import AuditStores
internal import CoreMetrics

/// What the service counts. Their names, units and meanings stand in ``MetricName``.
struct ServiceMetrics: Sendable {
    let succeeded: Counter
    let rejected: Counter
    let failed: Counter
    let duration: Timer
    let hits: Counter
    let misses: Counter
    let stale: Counter
    let records: Counter
    let filtered: Counter
    let kept: Counter
    let counted: Counter
    let storeDuration: Timer
    let storeErrors: Counter
    let capacity: FloatingPointCounter
    let shed: Counter
    let evictions: Counter
    let auditLost: Counter
    private let reads: [String: Counter]

    /// Counters of a factory, one of reads for each region.
    init(_ factory: any MetricsFactory, regions: [String]) {
        func counter(_ name: MetricName) -> Counter { Counter(label: name.rawValue, factory: factory) }
        succeeded = counter(.querySuccess)
        rejected = counter(.queryRejected)
        failed = counter(.queryError)
        duration = Timer(label: MetricName.queryDuration.rawValue, factory: factory)
        hits = counter(.cacheHit)
        misses = counter(.cacheMiss)
        stale = counter(.staleAnswers)
        records = counter(.recordsRetrieved)
        filtered = counter(.recordsFiltered)
        kept = counter(.recordsKept)
        counted = counter(.recordsCounted)
        storeDuration = Timer(label: MetricName.storeDuration.rawValue, factory: factory)
        storeErrors = counter(.storeErrors)
        capacity = FloatingPointCounter(label: MetricName.consumedCapacity.rawValue, factory: factory)
        shed = counter(.requestsShed)
        evictions = counter(.cacheEvictions)
        auditLost = counter(.auditEventsLost)
        reads = Dictionary(
            uniqueKeysWithValues: regions.map { region in
                (
                    region,
                    Counter(
                        label: MetricName.storeReads.rawValue, dimensions: [("StoreRegion", region)],
                        factory: factory)
                )
            })
    }

    /// Counts a request that was answered.
    func count(_ outcome: RequestOutcome, status: Int, took: Duration) {
        guard case .records = outcome.route else { return }
        switch status {
        case 200..<400: succeeded.increment()
        case 400..<500: rejected.increment()
        default: failed.increment()
        }
        guard let found = outcome.found else {
            if outcome.failure != nil {
                misses.increment()
                storeErrors.increment()
                duration.recordNanoseconds(took.nanoseconds)
            }
            return
        }
        duration.recordNanoseconds(took.nanoseconds)
        records.increment(by: found.answer.recordCount)
        count(found)
    }

    private func count(_ found: FoundAnswer) {
        if case .hit = found.status {
            hits.increment()
            return
        }
        misses.increment()
        storeDuration.recordNanoseconds(found.timing.store.nanoseconds)
        if found.storeFailure != nil {
            stale.increment()
            storeErrors.increment()
            return
        }
        if found.doubt != nil { stale.increment() }
        // Whoever waited for another's read has read nothing.
        if !found.status.isCollapsed { count(read: found.answer) }
    }

    /// Counts a request that got no room for its answer.
    func countShed() { shed.increment() }

    /// Counts a read that nobody waited for.
    func count(refresh result: Result<(answer: Answer, isShared: Bool), AnswerFailure>) {
        switch result {
        case .success((_, true)): break
        case .success((let answer, false)): count(read: answer)
        case .failure: storeErrors.increment()
        }
    }

    /// Counts a read of the store.
    private func count(read answer: Answer) {
        if answer.looked > 0 {
            filtered.increment(by: answer.looked)
            kept.increment(by: answer.recordCount + answer.counted)
        }
        if answer.counted > 0 { counted.increment(by: answer.counted) }
        guard let region = answer.usage.region else { return }
        reads[region]?.increment()
        capacity.increment(by: answer.usage.capacityUnits)
    }
}

extension Duration {
    /// In whole nanoseconds.
    var nanoseconds: Int64 { Int64(self / .nanoseconds(1)) }
}
