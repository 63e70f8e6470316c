internal import AuditStores

/// What a client asked, as far as the service looks at it.
package struct Request: Sendable {
    /// Why there is no body.
    package enum BodyFault: Error, Sendable {
        /// It has more bytes than ``maximumBodyByteCount``.
        case tooLarge
        /// The connection ended before its announced length.
        case incomplete
    }

    /// The most bytes that a body may have.
    package static let maximumBodyByteCount = 16 * 1024

    /// GET, POST and so on.
    package var method: String
    /// The path as it came, without the query.
    package var path: String
    /// What stands after the `?`, as it came.
    package var query: [UInt8]
    /// The X-Api-Key header.
    package var apiKey: String?
    /// The Authorization header.
    package var authorization: String?
    /// The Content-Type header.
    package var contentType: String?
    /// The Content-Encoding header.
    package var contentEncoding: String?
    /// The Accept header.
    package var accept: String?
    /// The Cache-Control header.
    package var cacheControl: String?
    /// The If-None-Match header.
    package var ifNoneMatch: String?
    /// Headers of which there may be one line, and came more: their names.
    package var repeatedHeaders: [String]
    /// Whether the client takes an answer in gzip.
    package var takesGzip: Bool
    /// The client's address, as nginx says it; empty if it does not.
    package var client: String
    /// The X-Amzn-Trace-Id header, if nginx trusts whoever sent it.
    package var trace: String?
    /// The traceparent header (W3C Trace Context).
    package var traceParent: String?
    /// What nginx calls the request.
    package var id: String
    /// The body, or why there is none.
    package var body: Result<[UInt8], BodyFault>
    /// When the request came.
    package var received: ContinuousClock.Instant
    /// Shows others which stage the request is in.
    package var stage: StageMark?
    /// Is called before whatever may take longer than a look into the cache, perhaps more than once.
    var willTakeTime: @Sendable () -> Void
    /// Where it goes on, if it has waited or was looked at before: all up to here is nothing for it.
    var place: ArrivalPlace?
    /// Since when it has waited, if it has.
    var beganToWait: ContinuousClock.Instant?
    /// For how long it has waited: that is not the service's time.
    var waited = Duration.zero

    /// A request of its parts.
    package init(
        method: String, path: String, query: [UInt8] = [], apiKey: String? = nil,
        authorization: String? = nil,
        contentType: String? = nil, contentEncoding: String? = nil, accept: String? = nil,
        cacheControl: String? = nil, ifNoneMatch: String? = nil, repeatedHeaders: [String] = [],
        takesGzip: Bool = false, client: String = "", trace: String? = nil, traceParent: String? = nil,
        id: String, body: Result<[UInt8], BodyFault> = .success([]), received: ContinuousClock.Instant = .now,
        stage: StageMark? = nil, willTakeTime: @escaping @Sendable () -> Void = {}
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.apiKey = apiKey
        self.authorization = authorization
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.accept = accept
        self.cacheControl = cacheControl
        self.ifNoneMatch = ifNoneMatch
        self.repeatedHeaders = repeatedHeaders
        self.takesGzip = takesGzip
        self.client = client
        self.trace = trace
        self.traceParent = traceParent
        self.id = id
        self.body = body
        self.received = received
        self.stage = stage
        self.willTakeTime = willTakeTime
    }

    /// The same for another thread than the one that took it.
    package var onAnotherThread: Request {
        var request = self
        request.stage = nil
        request.willTakeTime = {}
        return request
    }

    /// What it takes of memory while it waits, about.
    package var byteCount: Int {
        let headers = [accept, cacheControl, ifNoneMatch, apiKey, authorization].reduce(0) {
            $0 + ($1?.utf8.count ?? 0)
        }
        return 1024 + path.utf8.count + query.count + headers + ((try? body.get())?.count ?? 0)
    }

    /// Whether all that is to be said is that the client has this answer: 304.
    func isUnchanged(_ entityTag: String) -> Bool {
        guard let ifNoneMatch, method == "GET" || method == "HEAD" else { return false }
        return Self.matches(ifNoneMatch, entityTag)
    }

    /// Weak comparison with a list of entity tags (RFC 9110 section 13.1.2): an answer has a strong tag in the form in which
    /// it is kept, and the same as a weak one in the other.
    private static func matches(_ candidates: String, _ entityTag: String) -> Bool {
        HeaderList.contains(candidates) { candidate in
            var candidate = HeaderList.trimmed(candidate)
            if candidate.starts(with: "W/".utf8) { candidate = candidate.dropFirst(2) }
            return candidate.elementsEqual("*".utf8) || candidate.elementsEqual(entityTag.utf8)
        }
    }
}
