package import CoreMetrics

/// What a client counts of its requests.
package struct CallCounters: Sendable {
    let requests: Counter
    let retries: Counter
    let throttles: Counter

    /// Counters for requests, for those of them that repeat one that failed, and for those that were throttled.
    package init(requests: Counter, retries: Counter, throttles: Counter) {
        self.requests = requests
        self.retries = retries
        self.throttles = throttles
    }

    func count(attempt: Int, _ error: AWSError?) {
        requests.increment()
        if attempt > 1 { retries.increment() }
        if error?.kind == .throttled { throttles.increment() }
    }
}
