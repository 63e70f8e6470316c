package import AuditStores
internal import AuditRecords
internal import Logging

/// Answers requests. This file shows the stages that one goes through, in a row; each stage is a file or a
/// folder of its own.
///
///     route → authenticate → validate → find ─────────────────────────────────────────→ respond
///                                        └ cache ──miss→ flight → gate → plan → store ┘
///
/// Synchronous: it runs on the thread that took the request, and blocks it while the store reads.
package final class AuditService: Sendable {
    /// Whether the store answers.
    package let storeHealth: StoreHealth

    let store: any RecordStore
    let keys: KeySource
    let cursors: CursorSeal
    let finder: AnswerFinder
    let settings: ServiceSettings
    /// What came lately, for who waits.
    let recent = RecentArrivals()
    let reporter: Reporter
    let time: TimeSource
    private let probe = SharedProbe()
    private let log: Logger

    /// A service of its parts.
    package init(
        store: any RecordStore, keys: KeySource, cursors: CursorSeal, settings: ServiceSettings,
        seals: SealArchive? = nil, time: TimeSource = .system, instruments: Instruments
    ) {
        self.store = store
        self.keys = keys
        self.cursors = cursors
        self.settings = settings
        self.time = time
        log = instruments.log
        reporter = Reporter(instruments, time: time)
        let memory = AnswerMemory(
            AnswerMemory.Limits(
                reserved: settings.answerByteLimit, waiting: max(1, settings.storeLimit * 4 / 5)),
            onShed: { [metrics = reporter.metrics] in metrics.countShed() })
        let maker = AnswerMaker(
            store: store, cursors: cursors, settings: settings, time: time, memory: memory, seals: seals)
        storeHealth = StoreHealth(time: time)
        finder = AnswerFinder(
            maker: maker, settings: settings, time: time, health: storeHealth, shed: reporter.metrics.shed,
            evictions: reporter.metrics.evictions, tracing: reporter.tracing,
            onRefresh: { [reporter] in reporter.report(refresh: $0) })
    }

    /// What the service holds now.
    package var occupancy: Occupancy { finder.occupancy }

    /// Writes what is still to be reported of the requests that were answered.
    package func flushReports() { reporter.flush() }

    /// Reads nothing in the background any more, and waits for what it reads now, so long at most.
    package func stopRefreshing(within limit: Duration) { finder.stopRefreshing(within: limit) }

    /// Answers one request, whatever it is.
    package func respond(to request: Request) -> Response {
        reporter.report(request) { outcome in
            do throws(Problem) {
                return try response(to: request, &outcome)
            } catch {
                return Responder.response(to: request, error, keyID: outcome.key?.id)
            }
        } question: { outcome in
            question(of: request, outcome)
        }
    }

    private func response(to request: Request, _ outcome: inout RequestOutcome) throws(Problem) -> Response {
        let route = try Route(path: request.path)
        outcome.route = route
        try route.checkMethod(request.method)
        switch route {
        case .open(let route): return try answer(request, route)
        case .records(let route): return try answer(request, route, &outcome)
        }
    }

    private func answer(_ request: Request, _ route: OpenRoute) throws(Problem) -> Response {
        switch route {
        case .health: return Responder.response(to: request, open: Self.alive, cacheControl: "no-store")
        case .readiness:
            request.willTakeTime()
            return try readiness(request)
        case .openAPI:
            // It is made for the first who asks.
            request.willTakeTime()
            return try OpenAPIDocument.response(to: request)
        }
    }

    /// The stages of a request for records.
    private func answer(
        _ request: Request, _ route: RecordRoute, _ outcome: inout RequestOutcome
    ) throws(Problem) -> Response {
        request.stage?.enter(.authenticate)
        let start = time.steady()
        try RequestValidation.refuseRepeatedHeaders(request)
        let key = try Authenticate(ring: keys.ring).key(of: request, now: time.wall())
        outcome.key = key
        let authentication = time.steady() - start
        request.stage?.enter(.validate)
        var found = try find(request, route, key, &outcome)
        request.stage?.enter(.respond)
        found.timing.authentication = authentication
        found.timing.showsStore = key.policy.scope == .all
        outcome.found = found
        if found.answer.isMissing { throw .noSuchRecord }
        var response = Responder.response(to: request, found, keyID: key.id, now: time.steady())
        response.afterwards = found.afterwards
        return response
    }

    /// Finds the answer by how it is asked for, else by what is asked.
    private func find(
        _ request: Request, _ route: RecordRoute, _ key: APIKey, _ outcome: inout RequestOutcome
    ) throws(Problem) -> FoundAnswer {
        let spelling = Spelling(request, route, key.policy)
        if let spelling, let found = finder.hit(speltAs: spelling, request) {
            outcome.asked = .spelling
            return found
        }
        // What is asked, and its answer, may take the store.
        request.willTakeTime()
        let question = try validation(key).question(of: request, route)
        outcome.asked = .question(question)
        do throws(AnswerFailure) {
            let found = try finder.find(question, speltAs: spelling, for: key.policy, request)
            if let failure = found.storeFailure { report(failure, request, "answered though stale") }
            return found
        } catch {
            if !error.isRefusal {
                outcome.failure = error
                report(error, request, "not answered")
            }
            throw error.problem
        }
    }

    /// What was asked, for who reports it.
    private func question(of request: Request, _ outcome: RequestOutcome) -> Question? {
        switch outcome.asked {
        case .question(let question): return question
        case .spelling:
            guard let key = outcome.key, case .records(let route) = outcome.route else { return nil }
            return try? validation(key).question(of: request, route)
        case nil: return nil
        }
    }

    func validation(_ key: APIKey) -> RequestValidation {
        RequestValidation(
            cursors: cursors, policy: key.policy,
            knowsSystems: { [finder, store] in finder.knowsSystems(store, in: $0) },
            now: time.wall())
    }

    private func readiness(_ request: Request) throws(Problem) -> Response {
        guard keys.ring.count(inForceAt: time.wall()) > 0 else { throw .notReady("No API key is in force.") }
        do throws(StoreError) {
            try probe.run { () throws(StoreError) in try store.probe() }
            storeHealth.note(nil)
            log.debug("the store was probed", metadata: ["REQUEST_ID": "\(request.id)"])
        } catch {
            storeHealth.note(error)
            report(.store(error), request, "not ready")
            throw .notReady(error.publicReason)
        }
        return Responder.response(to: request, open: Self.ready, cacheControl: "no-store")
    }

    private func report(_ failure: AnswerFailure, _ request: Request, _ consequence: String) {
        log.error(
            "the store failed",
            metadata: [
                "REQUEST_ID": "\(request.id)", "ERROR": "\(failure)", "CONSEQUENCE": "\(consequence)",
            ])
    }

    private static let alive = Array("{\"status\":\"ok\"}\n".utf8)
    private static let ready = Array("{\"status\":\"ready\"}\n".utf8)
}
