internal import AWS
internal import CoreMetrics
internal import Logging

/// Collects intervals and sends them. Belongs to the publisher's thread.
struct MetricSender {
    static let droppedName = "MetricsDropped"

    private let registry: MetricRegistry
    private let cloudWatch: CloudWatch
    private let settings: CloudWatchPublisher.Settings
    private let log: Logger
    private let dropped: CoreMetrics.Counter
    private var meter = IntervalMeter()
    private var isFailing = false
    private(set) var pending: PendingMetrics

    init(
        _ registry: MetricRegistry, to cloudWatch: CloudWatch, _ settings: CloudWatchPublisher.Settings,
        log: Logger
    ) {
        self.registry = registry
        self.cloudWatch = cloudWatch
        self.settings = settings
        self.log = log
        dropped = CoreMetrics.Counter(label: Self.droppedName, factory: registry)
        pending = PendingMetrics(capacity: settings.keptIntervals)
    }

    /// Takes what was recorded since the last call, as an interval of this timestamp.
    mutating func collect(timestamp: Int64) {
        let samples = meter.advance(to: registry.snapshot())
        let data = samples.flatMap { $0.data(at: timestamp, dimensions: settings.dimensions) }
        drop(
            pending.add(data.compactMap(EncodedMetricDatum.init), timestamp: timestamp),
            because: "CloudWatch was away for too long")
    }

    /// Sends all that waits, in one request where it fits. What CloudWatch cannot take now stays for the next
    /// time; what it refuses as it is goes, so that it does not hold up the rest.
    mutating func send(now: Int64, deadline: ContinuousClock.Instant) {
        drop(pending.dropUntaken(at: now), because: "CloudWatch takes no timestamps so far from now")
        var limit = pending.batches.count
        while limit > 0, !pending.batches.isEmpty {
            limit = send(first: limit, deadline)
        }
    }

    /// - Returns: how many batches to send next, zero to wait for another time. Of many, one that is refused is
    ///   found by halves.
    private mutating func send(first limit: Int, _ deadline: ContinuousClock.Instant) -> Int {
        let batches = pending.first(limit)
        do throws(AWSError) {
            try cloudWatch.put(batches.flatMap(\.data), namespace: settings.namespace, deadline: deadline)
        } catch {
            guard error.kind == .invalid || error.kind == .notFound else {
                noteFailure(error)
                return 0
            }
            guard batches.count == 1 else { return batches.count / 2 }
            pending.removeFirst(1)
            drop(1, because: "CloudWatch refuses them: \(error)")
            return 2
        }
        pending.removeFirst(batches.count)
        noteSuccess()
        return batches.count * 2
    }

    private mutating func noteFailure(_ error: AWSError) {
        guard !isFailing else { return }
        isFailing = true
        log.warning(
            "metrics are not published: they wait for CloudWatch", metadata: ["ERROR": "\(error)"])
    }

    private mutating func noteSuccess() {
        guard isFailing else { return }
        isFailing = false
        log.notice("metrics are published again")
    }

    private func drop(_ count: Int, because reason: String) {
        guard count > 0 else { return }
        dropped.increment(by: count)
        log.error(
            "metrics of an interval are lost", metadata: ["INTERVALS": "\(count)", "ERROR": "\(reason)"])
    }
}
