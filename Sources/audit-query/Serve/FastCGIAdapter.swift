import AuditQuery
import FastCGI

extension Request {
    /// What FastCGI parameters say, as nginx's fastcgi_params and nginx/ in this project send them.
    init(_ request: borrowing IncomingRequest, stage: StageMark?) {
        let received = ContinuousClock.now
        let uri = request.parameter("REQUEST_URI") ?? ""
        let method = request.parameter("REQUEST_METHOD") ?? ""
        self.init(
            method: method,
            path: String(uri[..<(uri.utf8.firstIndex(of: UInt8(ascii: "?")) ?? uri.endIndex)]),
            query: request.bytes(of: "QUERY_STRING"),
            apiKey: request.parameter("HTTP_X_API_KEY"),
            authorization: request.parameter("HTTP_AUTHORIZATION"),
            contentType: request.parameter("CONTENT_TYPE"), accept: request.parameter("HTTP_ACCEPT"),
            cacheControl: request.parameter("HTTP_CACHE_CONTROL"),
            ifNoneMatch: request.parameter("HTTP_IF_NONE_MATCH"),
            client: request.parameter("REMOTE_ADDR") ?? "", trace: request.parameter("HTTP_X_AMZN_TRACE_ID"),
            traceParent: request.parameter("HTTP_TRACEPARENT"),
            id: request.parameter("REQUEST_ID") ?? RequestID.next(),
            body: method == "POST" ? Self.body(request) : .success([]), received: received,
            stage: stage)
    }

    private static func body(_ request: borrowing IncomingRequest) -> Result<[UInt8], BodyFault> {
        do throws(IncomingRequest.BodyError) {
            return .success(try request.body(limit: maximumBodyByteCount))
        } catch {
            return .failure(error == .tooLarge ? .tooLarge : .incomplete)
        }
    }
}

extension Reply {
    /// A response as CGI has it.
    init(_ response: Response) {
        self.init(head: response.head, body: response.body, hold: response.reservation)
    }
}
