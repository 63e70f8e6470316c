package import Tracing

extension RequestTracer {
    /// Reads a caller's trace from `x-amzn-trace-id`, or else from `traceparent`. What is malformed is as if it
    /// were not there. A carrier should have the first only if it came from someone trusted, as its decision on
    /// sampling is kept.
    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        let trace =
            extractor.extract(key: TraceHeaders.xray.lowercased(), from: carrier).flatMap(
                TraceHeaders.read(xray:))
            ?? extractor.extract(key: TraceHeaders.w3c, from: carrier).flatMap(TraceHeaders.read(w3c:))
        if let trace { context.traceContext = trace }
    }

    /// Adds `X-Amzn-Trace-Id` and `traceparent`, in which the context's span is the parent. Adds nothing where no
    /// trace is known.
    package func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.traceContext, let id = trace.traceID else { return }
        injector.inject(
            TraceHeaders.xray(id, parent: trace.parent, isSampled: trace.isSampled),
            forKey: TraceHeaders.xray,
            into: &carrier)
        guard let parent = trace.parent else { return }
        injector.inject(
            TraceHeaders.w3c(id, parent: parent, isSampled: trace.isSampled), forKey: TraceHeaders.w3c,
            into: &carrier)
    }
}
