internal import HTTPClient
internal import Tracing

/// The span of one attempt at a call, which tells the trace what AWS's own clients tell.
struct AttemptSpan {
    private let span: any Span
    /// What hands the trace on. AWS's clients do not sign these, as whoever is on the way may change them.
    let headers: HTTPHeaders

    /// Begins one under the context that this thread or task works in; nil where no span is recorded.
    init?(_ tracer: any Tracer, service: String, _ request: ServiceRequest, region: String, retries: Int) {
        guard let context = ServiceContext.current else { return nil }
        let span: any Span = tracer.startSpan(service, context: context, ofKind: .client)
        guard span.isRecording else {
            span.end()
            return nil
        }
        span.updateAttributes { attributes in
            attributes["aws.operation"] = request.operation
            attributes["aws.region"] = region
            attributes["aws.retries"] = retries
            if let table = request.table { attributes["aws.table_name"] = table }
        }
        var headers = HTTPHeaders()
        tracer.inject(span.context, into: &headers, using: HeaderInjector())
        self.span = span
        self.headers = headers
    }

    /// Ends it with an answer of 200.
    func end(requestID: String) {
        set(status: 200, requestID: requestID)
        span.end()
    }

    /// Ends it with a failure.
    func end(_ error: AWSError) {
        set(status: error.status, requestID: error.requestID)
        span.updateAttributes { attributes in
            attributes["error.type"] = error.code.isEmpty ? error.kind.rawValue : error.code
            if error.kind == .throttled { attributes["aws.throttled"] = true }
        }
        span.recordError(error)
        span.end()
    }

    private func set(status: Int?, requestID: String) {
        span.updateAttributes { attributes in
            if let status { attributes["http.response.status_code"] = status }
            if !requestID.isEmpty { attributes["aws.request_id"] = requestID }
        }
    }

    private struct HeaderInjector: Injector {
        func inject(_ value: String, forKey key: String, into headers: inout HTTPHeaders) {
            headers.append(name: key, value: value)
        }
    }
}
