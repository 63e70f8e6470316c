internal import Tracing

/// Spans of a request, its stages and its calls, where the request is sampled; nothing at all where it is not.
struct RequestTracing: Sendable {
    /// Nil when nothing is traced.
    let tracer: (any Tracer)?

    /// Runs `body` inside the request's own span, which is nil if the request is not sampled. Health checks never
    /// are: there are many, and none tells anything.
    func request<Value>(_ request: Request, _ body: ((any Span)?) -> Value) -> Value {
        guard let tracer, request.path != "/healthz", request.path != "/readyz" else { return body(nil) }
        var context = ServiceContext.topLevel
        if request.trace != nil || request.traceParent != nil {
            tracer.extract(request, into: &context, using: TraceHeaders())
        }
        let span = tracer.startAnySpan("audit-query", context: context, ofKind: .server)
        guard span.isRecording else { return body(nil) }
        defer { span.end() }
        return ServiceContext.$current.withValue(span.context) { body(span) }
    }

    /// The trace that a span belongs to, for the log.
    func traceID(of span: any Span) -> String? {
        var headers: [String: String] = [:]
        tracer?.inject(span.context, into: &headers, using: HeaderNames())
        let fields = headers["x-amzn-trace-id"]?.split(separator: ";") ?? []
        return fields.first { $0.hasPrefix("Root=") }.map { String($0.dropFirst("Root=".count)) }
    }

    /// Runs `body` inside a stage's span, if the request is sampled.
    func stage<Value, Failure: Error>(_ name: String, _ body: () throws(Failure) -> Value) throws(Failure)
        -> Value
    {
        guard let tracer, let context = ServiceContext.current else { return try body() }
        let span = tracer.startAnySpan(name, context: context, ofKind: .internal)
        defer { span.end() }
        let result = ServiceContext.$current.withValue(span.context) {
            Result { () throws(Failure) in try body() }
        }
        if case .failure(let failure) = result { span.recordError(failure) }
        return try result.get()
    }
}

/// Keeps headers by their names in small letters.
private struct HeaderNames: Injector {
    func inject(_ value: String, forKey key: String, into headers: inout [String: String]) {
        headers[key.lowercased()] = value
    }
}

/// Where a request carries the trace that it belongs to.
private struct TraceHeaders: Extractor {
    func extract(key: String, from request: Request) -> String? {
        switch key.lowercased() {
        case "x-amzn-trace-id": request.trace
        case "traceparent": request.traceParent
        default: nil
        }
    }
}
