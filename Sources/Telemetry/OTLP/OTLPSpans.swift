internal import Tracing

/// Spans as OpenTelemetry's JSON has them (opentelemetry.io/docs/specs/otlp, and its trace.proto): ids in hexadecimal digits, times in
/// nanoseconds as strings, enumerations as numbers.
enum OTLPSpans {
    /// The spans of a trace that have ended, one JSON object each. One that is still open comes when it ends.
    static func json(_ trace: ReadyTrace) -> [[UInt8]] {
        trace.spans.enumerated().compactMap { index, span in
            guard let end = span.end else { return nil }
            let parent = index == 0 ? trace.caller : trace.spans[span.parent].id
            return json(span, end, trace.traceID, below: parent)
        }
    }

    private static func json(
        _ span: SpanRecord, _ end: UInt64, _ traceID: TraceID, below parent: SpanID?
    ) -> [UInt8] {
        var fields = JSONFields()
        fields.add("traceId", traceID.w3c)
        fields.add("spanId", "\(span.id)")
        if let parent { fields.add("parentSpanId", "\(parent)") }
        fields.add("name", name(of: span))
        fields.add("kind", kind(span.kind))
        fields.add("startTimeUnixNano", "\(span.start)")
        fields.add("endTimeUnixNano", "\(end)")
        var attributes: [(name: String, json: [UInt8])] = []
        span.attributes.forEach { name, value in
            if let json = OTLPAttribute.json(name, value) { attributes.append((name, json)) }
        }
        fields.add("attributes", attributes.sorted { $0.name < $1.name }.map(\.json))
        if let fault = span.fault { fields.add("events", [event(fault, at: end)]) }
        fields.add("status", status(span))
        return fields.closed
    }

    /// Method and route, as the conventions for HTTP servers have it, where both are known: X-Ray shows the service's name in its place
    /// (opentelemetry.io/docs/specs/semconv/http/http-spans/#name).
    private static func name(of span: SpanRecord) -> String {
        guard span.kind == .server, let method = span.attributes.text("http.request.method") else {
            return span.name
        }
        return span.attributes.text("route").map { "\(method) \($0)" } ?? method
    }

    private static func event(_ fault: SpanFault, at time: UInt64) -> [UInt8] {
        var fields = JSONFields()
        fields.add("timeUnixNano", "\(time)")
        fields.add("name", "exception")
        fields.add(
            "attributes",
            [
                OTLPAttribute.json("exception.type", text: fault.type),
                OTLPAttribute.json("exception.message", text: fault.message),
            ])
        return fields.closed
    }

    private static func status(_ span: SpanRecord) -> JSONFields {
        var fields = JSONFields()
        let isServerFault = (span.attributes.number("http.response.status_code") ?? 0) >= 500
        guard span.fault != nil || span.status?.code == .error || isServerFault else { return fields }
        // 2 is STATUS_CODE_ERROR.
        fields.add("code", 2 as Int64)
        if let message = span.status?.message ?? span.fault?.message {
            fields.add("message", message, limit: OTLPAttribute.maximumByteCount)
        }
        return fields
    }

    private static func kind(_ kind: SpanKind) -> Int64 {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }
}
