package import CoreMetrics
package import Logging
package import Tracing

/// What the service reports through. Each of them may cost a request next to nothing, and none may fail one.
package struct Instruments: Sendable {
    /// For what goes wrong, and at debug for what happens.
    package var log: Logger
    /// For the audit of the audit, an entry for each read; nil for none.
    package var audit: Logger?
    /// How long such an entry may wait for others that are like it.
    package var auditDelay = Duration.milliseconds(250)
    /// Makes the counters.
    package var metrics: any MetricsFactory
    /// Traces the requests that it samples; nil for none.
    package var tracer: (any Tracer)?
    /// The regions that the store may answer from.
    package var regions: [String]

    /// Instruments of their parts.
    package init(
        log: Logger, audit: Logger? = nil, metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        tracer: (any Tracer)? = nil, regions: [String] = []
    ) {
        self.log = log
        self.audit = audit
        self.metrics = metrics
        self.tracer = tracer
        self.regions = regions
    }
}
