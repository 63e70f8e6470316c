package import Logging
internal import Foundation
internal import Synchronization
internal import Tracing

/// Sends spans and metrics in OpenTelemetry's protocol (OTLP over HTTP, JSON), on a thread of its own. Whoever records never waits: what
/// has no room is lost, and the log tells.
package final class OTLPReporter: Sendable {
    /// Where it sends what.
    package struct Targets: Sendable {
        /// Takes spans; nil for nobody.
        package var traces: OTLPTarget?
        /// Takes metrics; nil for nobody.
        package var metrics: OTLPTarget?

        /// Targets of their parts.
        package init(traces: OTLPTarget?, metrics: OTLPTarget?) {
            (self.traces, self.metrics) = (traces, metrics)
        }
    }

    private let resource: OTLPResource
    private let traces: OTLPDelivery?
    private let metrics: OTLPDelivery?
    private let registry: MetricRegistry
    private let interval: Duration
    private let start = OTLPReporter.now
    private let waiting = Mutex(WaitingSpans())
    private let wanted = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let end = Mutex<ContinuousClock.Instant?>(nil)

    /// Spans wait so long at most, to go together.
    private static let pause = Duration.seconds(2)

    /// Starts sending.
    ///
    /// - Parameters:
    ///   - resource: who reports.
    ///   - targets: where it goes.
    ///   - registry: has the metrics.
    ///   - interval: metrics are sent so often.
    ///   - log: is told when a target takes nothing, and when it does again.
    package init(
        _ resource: OTLPResource, to targets: Targets, _ registry: MetricRegistry,
        interval: Duration = .seconds(60), log: Logger
    ) {
        self.resource = resource
        self.registry = registry
        self.interval = interval
        traces = targets.traces.map { OTLPDelivery("traces", $0, log) }
        metrics = targets.metrics.map { OTLPDelivery("metrics", $0, log) }
        let thread = Thread { [self] in
            run()
            ended.signal()
        }
        thread.name = "otlp"
        thread.start()
    }

    /// Sends what is left, for as long at most. To be called once, when nothing is recorded any more.
    package func stop(flushingWithin patience: Duration) {
        end.withLock { $0 = .now + patience }
        wanted.signal()
        _ = ended.wait(timeout: .now() + patience / .seconds(1))
    }

    /// Takes a trace's spans that have ended. Costs some microseconds a span.
    func add(_ trace: ReadyTrace) {
        guard traces != nil else { return }
        let spans = OTLPSpans.json(trace)
        if waiting.withLock({ $0.add(spans) }) { wanted.signal() }
    }

    private func run() {
        var nextMetrics = ContinuousClock.now + interval
        while end.withLock({ $0 }) == nil {
            _ = wanted.wait(timeout: .now() + Self.pause / .seconds(1))
            sendSpans(until: .now + .seconds(30))
            guard nextMetrics <= .now else { continue }
            nextMetrics = .now + interval
            sendMetrics(until: .now + .seconds(30))
        }
        let deadline = end.withLock { $0 } ?? .now
        sendSpans(until: deadline)
        sendMetrics(until: deadline)
    }

    private func sendSpans(until deadline: ContinuousClock.Instant) {
        guard let traces, traces.isReady else { return }
        while deadline > .now, let batch = waiting.withLock({ $0.first }) {
            let body = resource.body("resourceSpans", "scopeSpans", "spans", batch)
            guard traces.deliver(body, until: deadline) else { return }
            let lost = waiting.withLock { $0.removeFirst(batch.count) }
            if lost > 0 { traces.noteLoss(of: lost) }
        }
    }

    private func sendMetrics(until deadline: ContinuousClock.Instant) {
        guard let metrics, metrics.isReady else { return }
        let values = OTLPMetrics(start: start, now: Self.now).json(registry.snapshot())
        guard !values.isEmpty else { return }
        // What is not taken is not kept: the next one has it all.
        _ = metrics.deliver(
            resource.body("resourceMetrics", "scopeMetrics", "metrics", values), until: deadline)
    }

    /// Nanoseconds since 1970.
    private static var now: UInt64 { DefaultTracerClock.now.nanosecondsSinceEpoch }
}

/// Spans that wait to be sent, the oldest first. Bounded: the newest are lost.
struct WaitingSpans {
    /// Of one request.
    static let batchCount = 512
    /// Of all.
    static let maximumByteCount = 4 << 20

    private var spans: [[UInt8]] = []
    private var byteCount = 0
    private var lostCount = 0

    /// Takes spans that there is room for. Says whether a whole request's spans wait.
    mutating func add(_ new: [[UInt8]]) -> Bool {
        for span in new {
            guard byteCount + span.count <= Self.maximumByteCount else {
                lostCount += 1
                continue
            }
            byteCount += span.count
            spans.append(span)
        }
        return spans.count >= Self.batchCount
    }

    /// The spans of the next request; nil when there are none.
    var first: [[UInt8]]? { spans.isEmpty ? nil : Array(spans.prefix(Self.batchCount)) }

    /// Forgets the oldest, which were sent or refused, and how many were lost for want of room, which is told.
    mutating func removeFirst(_ count: Int) -> Int {
        byteCount -= spans.prefix(count).reduce(0) { $0 + $1.count }
        spans.removeFirst(count)
        defer { lostCount = 0 }
        return lostCount
    }
}
