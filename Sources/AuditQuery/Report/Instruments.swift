public import CoreMetrics
public import Logging
public import Tracing

/// What the service reports through. Each of them may cost a request next to nothing, and none may fail one.
public struct Instruments: Sendable {
    /// For what goes wrong, and at debug for what happens.
    public var log: Logger
    /// For the audit of the audit, an entry for each read; nil for none.
    public var audit: Logger?
    /// How long such an entry may wait for others that are like it.
    public var auditDelay = Duration.milliseconds(250)
    /// Makes the counters.
    public var metrics: any MetricsFactory
    /// Traces the requests that it samples; nil for none.
    public var tracer: (any Tracer)?
    /// The regions that the store may answer from.
    public var regions: [String]

    /// Instruments of their parts.
    public init(
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
