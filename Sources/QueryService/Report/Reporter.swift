internal import AuditStores
internal import Logging
internal import Tracing

/// Reports each request once it is answered: counts it, traces it, and takes note of who read what.
struct Reporter: Sendable {
    let metrics: ServiceMetrics
    let tracing: RequestTracing
    private let log: Logger
    private let trail: AuditTrail?
    private let time: TimeSource

    init(_ instruments: Instruments, time: TimeSource) {
        metrics = ServiceMetrics(instruments.metrics, regions: instruments.regions)
        tracing = RequestTracing(tracer: instruments.tracer)
        log = instruments.log
        trail = instruments.audit.map { [metrics] in
            AuditTrail($0, lost: metrics.auditLost, delay: instruments.auditDelay)
        }
        self.time = time
    }

    /// Has a request answered, and reports it. `question` says what was asked, where that is written down.
    func report(
        _ request: Request, _ answer: (inout RequestOutcome) -> Response,
        question: (RequestOutcome) -> Question?
    ) -> Response {
        tracing.request(request) { span in
            var outcome = RequestOutcome()
            let response = answer(&outcome)
            metrics.count(
                outcome, status: response.status, took: time.steady() - request.received - request.waited)
            span?.describe(request, outcome, status: response.status)
            audit(
                outcome, request, status: response.status, traceID: span.flatMap(tracing.traceID),
                question: { question(outcome) })
            log(outcome, request)
            return response
        }
    }

    /// Reports a read that nobody waits for, which was to keep a cached answer fresh.
    func report(refresh result: Result<(answer: Answer, isShared: Bool), AnswerFailure>) {
        metrics.count(refresh: result)
        switch result {
        case .success((let answer, let isShared)):
            if !isShared { log(readOf: answer, ["CAUSE": "a hot answer was read anew"]) }
        case .failure(let failure):
            log.error(
                "the store failed",
                metadata: ["ERROR": "\(failure)", "CONSEQUENCE": "a cached answer was not read anew"])
        }
    }

    /// Writes what is still to be written.
    func flush() { trail?.flush() }

    private func log(_ outcome: RequestOutcome, _ request: Request) {
        guard log.logLevel <= .debug, let found = outcome.found, found.status.isRead else { return }
        log(
            readOf: found.answer,
            ["REQUEST_ID": "\(request.id)", "STORE_MS": "\(found.timing.store / .milliseconds(1))"])
    }

    /// At debug, a line for each read of the store.
    private func log(readOf answer: Answer, _ circumstances: Logger.Metadata) {
        guard log.logLevel <= .debug else { return }
        var metadata = circumstances
        metadata["RECORDS"] = "\(answer.recordCount)"
        if let region = answer.usage.region {
            metadata["REGION"] = "\(region)"
            metadata["STORE_REQUESTS"] = "\(answer.usage.requests)"
            metadata["CAPACITY_UNITS"] = "\(answer.usage.capacityUnits)"
        }
        log.debug("the store was read", metadata: metadata)
    }

    private func audit(
        _ outcome: RequestOutcome, _ request: Request, status: Int, traceID: String?,
        question: () -> Question?
    ) {
        guard let trail, let keyID = outcome.key?.id, outcome.asked != nil || status == 403 else { return }
        let now = time.wall()
        func event() -> ReadEvent {
            ReadEvent(
                keyID: keyID, client: request.client, route: outcome.route?.name ?? "",
                question: question(), status: status, cache: outcome.found?.statusName,
                records: outcome.found?.answer.recordCount ?? 0,
                counted: outcome.found?.answer.counted ?? 0,
                storeTime: outcome.found?.timing.store ?? .zero, region: outcome.found?.timing.region,
                first: now, last: now, requestIDs: RequestIDs([request.id]),
                traceIDs: traceID.map { [$0] } ?? [])
        }
        guard let found = outcome.found, case .hit = found.status, status == 200 else {
            return trail.note(event())
        }
        let identity = PendingReads.Identity(
            keyID: keyID, client: request.client, answer: found.answer.serial)
        trail.note(hit: identity, requestID: request.id, traceID: traceID, at: now, event: event)
    }
}

extension Span {
    fileprivate func describe(_ request: Request, _ outcome: RequestOutcome, status: Int) {
        // All at once: each change by itself would copy those before it.
        updateAttributes { attributes in
            attributes["http.request.method"] = request.method
            attributes["url.path"] = request.path
            attributes["http.response.status_code"] = status
            attributes["client.address"] = request.client
            attributes["request_id"] = request.id
            attributes["route"] = outcome.route?.name
            attributes["api_key_id"] = outcome.key?.id
            attributes["cache"] = outcome.found?.statusName
            attributes["records"] = outcome.found?.answer.recordCount
        }
    }
}
