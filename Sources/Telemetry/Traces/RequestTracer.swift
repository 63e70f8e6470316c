package import Tracing

/// Records requests for AWS X-Ray and OpenTelemetry: a span of kind `server` is a segment in X-Ray's terms, those within it are its
/// subsegments.
///
/// Only a `server` span begins a trace; any other one outside of a sampled request is not recorded and costs
/// next to nothing. When a segment ends, it is given to whoever sends it, on the thread that ended it.
package final class RequestTracer: Tracer {
    /// What it records with.
    package typealias Span = RequestSpan

    private let sampler: TraceSampler
    private let export: @Sendable (ReadyTrace) -> Void
    private let notSampled: ServiceContext

    /// A tracer of a service.
    ///
    /// - Parameters:
    ///   - service: The segments' name: the service's logical name, under which X-Ray's map shows it.
    ///   - version: The service's version.
    ///   - environment: Each segment's annotation `environment`.
    ///   - sampler: Decides on requests whose caller has not.
    ///   - xray: Takes a document for X-Ray's daemon, of at most 64,000 bytes. Must not wait. Nil where there is none.
    ///   - otlp: Takes spans in OpenTelemetry's form; nil where nobody does.
    package init(
        service: String, version: String, environment: String, sampler: TraceSampler,
        xray: (@Sendable ([UInt8]) -> Void)?, otlp: OTLPReporter? = nil
    ) {
        self.sampler = sampler
        let documents = xray.map {
            XRayDocuments(service: service, version: version, environment: environment, sendDocument: $0)
        }
        export = { trace in
            documents?.send(trace)
            otlp?.add(trace)
        }
        var context = ServiceContext.topLevel
        context.traceContext = .notSampled
        notSampled = context
    }

    /// Begins a span: a segment if it is a `server` span that is sampled, a subsegment within one.
    package func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> RequestSpan {
        let context = context()
        let trace = context.traceContext
        if let recording = trace?.recording {
            return child(operationName, of: recording, context, kind, instant().nanosecondsSinceEpoch)
        }
        guard kind == .server else { return RequestSpan(context: context, recording: nil) }
        guard trace?.isSampled ?? sampler.isSampled() else {
            return RequestSpan(context: unsampled(context, trace), recording: nil)
        }
        return root(operationName, context, trace, instant().nanosecondsSinceEpoch)
    }

    /// The span of a context, while it is recorded.
    package func activeSpan(identifiedBy context: ServiceContext) -> RequestSpan? {
        guard let recording = context.traceContext?.recording,
            recording.segment.read(recording.index, { $0.end == nil })
        else { return nil }
        return RequestSpan(context: context, recording: recording)
    }

    /// Does nothing: what has ended is sent already.
    package func forceFlush() {}

    private func root(
        _ name: String, _ context: ServiceContext, _ trace: TraceContext?, _ start: UInt64
    ) -> RequestSpan {
        let traceID = trace?.traceID ?? TraceID(seconds: start / 1_000_000_000)
        let record = SpanRecord(name: name, parent: 0, kind: .server, start: start)
        let segment = Segment(
            traceID: traceID, caller: trace?.parent, root: record, export: export)
        return span(Recording(segment: segment, index: 0), record.id, context)
    }

    private func child(
        _ name: String, of recording: Recording, _ context: ServiceContext, _ kind: SpanKind, _ start: UInt64
    ) -> RequestSpan {
        let record = SpanRecord(
            name: name, parent: recording.index, kind: kind == .server ? .internal : kind, start: start)
        guard let added = recording.segment.add(record) else {
            return RequestSpan(context: context, recording: nil)
        }
        return span(added, record.id, context)
    }

    private func span(_ recording: Recording, _ id: SpanID, _ context: ServiceContext) -> RequestSpan {
        var context = context
        context.traceContext = TraceContext(
            traceID: recording.segment.traceID, parent: id, isSampled: true, recording: recording)
        return RequestSpan(context: context, recording: recording)
    }

    /// The context for a request that is not recorded: one for all, if there is nothing else in it.
    private func unsampled(_ context: ServiceContext, _ trace: TraceContext?) -> ServiceContext {
        guard trace?.isSampled != false else { return context }
        guard !context.isEmpty else { return notSampled }
        var context = context
        context.traceContext = TraceContext(traceID: trace?.traceID, parent: trace?.parent, isSampled: false)
        return context
    }
}
