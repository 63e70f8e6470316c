import QueryService
import FastCGI
import Synchronization

extension Request {
    /// What FastCGI parameters say, as nginx's fastcgi_params and nginx/ in this project send them.
    init(_ request: borrowing IncomingRequest, stage: StageMark?) {
        let received = ContinuousClock.now
        let turn = request.turn
        let target = request.bytes(of: "REQUEST_URI").prefix { $0 != UInt8(ascii: "#") }
        let path = target.prefix { $0 != UInt8(ascii: "?") }
        let method = request.parameter("REQUEST_METHOD") ?? ""
        let isPost = method == "POST"
        self.init(
            method: method,
            path: String(decoding: path, as: UTF8.self), query: Array(target.dropFirst(path.count + 1)),
            apiKey: request.parameter("HTTP_X_API_KEY"),
            authorization: request.parameter("HTTP_AUTHORIZATION"),
            contentType: request.parameter("CONTENT_TYPE") ?? request.parameter("HTTP_CONTENT_TYPE"),
            contentEncoding: isPost ? request.list("HTTP_CONTENT_ENCODING") : nil,
            accept: request.list("HTTP_ACCEPT"), cacheControl: request.list("HTTP_CACHE_CONTROL"),
            ifNoneMatch: request.list("HTTP_IF_NONE_MATCH"),
            repeatedHeaders: Self.repeatedHeaders(of: request),
            takesGzip: AcceptEncoding.allowsGzip(request.list("HTTP_ACCEPT_ENCODING")),
            client: request.parameter("REMOTE_ADDR") ?? "", trace: request.parameter("HTTP_X_AMZN_TRACE_ID"),
            // More than one is none (W3C Trace Context, section 3.2).
            traceParent: request.isRepeated("HTTP_TRACEPARENT") ? nil : request.parameter("HTTP_TRACEPARENT"),
            id: request.parameter("REQUEST_ID") ?? RequestID.next(),
            body: isPost ? Self.body(request) : .success([]), received: received,
            stage: stage, willTakeTime: { turn.handOn() })
    }

    /// Of the headers that are no lists, those that came in more than one line.
    private static func repeatedHeaders(of request: borrowing IncomingRequest) -> [String] {
        var names: [String] = []
        if request.isRepeated("HTTP_X_API_KEY") { names.append("X-Api-Key") }
        if request.isRepeated("HTTP_AUTHORIZATION") { names.append("Authorization") }
        if request.isRepeated("HTTP_CONTENT_TYPE") { names.append("Content-Type") }
        return names
    }

    private static func body(_ request: borrowing IncomingRequest) -> Result<[UInt8], BodyFault> {
        do throws(IncomingRequest.BodyError) {
            return .success(try request.body())
        } catch {
            return .failure(error == .tooLarge ? .tooLarge : .incomplete)
        }
    }
}

extension Reply {
    /// A response as CGI has it.
    init(_ response: Response) {
        self.init(
            head: response.head, body: response.body, hold: response.reservation,
            afterwards: response.afterwards)
    }
}

extension Handled {
    /// What becomes of a request now; one that may take time is put off where it may not.
    init(_ request: Request, mayTakeTime: Bool, _ service: AuditService) {
        guard !mayTakeTime, !service.answersAtOnce(request) else {
            self.init(service.handle(request), service)
            return
        }
        let request = request.onAnotherThread
        self = .putOff(
            PutOff(byteCount: request.byteCount) {
                Handled(service.handle(request), service)
            } refuse: {
                Reply(service.refuse(request))
            })
    }

    /// What became of a request, and how the service looks again at one that waits.
    init(_ handling: Handling, _ service: AuditService) {
        switch handling {
        case .answered(let response): self = .reply(Reply(response))
        case .waits(let waiting):
            self = .later(
                Later(mark: waiting.mark, deadline: waiting.deadline, owner: waiting.keyID) {
                    Handled(service.look(again: waiting), service)
                } end: {
                    Reply(service.end(waiting))
                })
        }
    }
}

/// What requests are called that nginx has given no id: they differ, and nobody is to guess from them.
enum RequestID {
    private static let counter = Atomic<UInt64>(.random(in: .min ... .max))

    /// One that no other request of this process has. Costs no system call, as a random one would.
    static func next() -> String {
        String(counter.wrappingAdd(1, ordering: .relaxed).newValue, radix: 16)
    }
}
