public import Logging

/// Answers requests. This file shows the stages that one goes through, in a row; each stage is a file or a
/// folder of its own.
///
///     route → authenticate → validate → find ─────────────────────────────────────────→ respond
///                                        └ cache ──miss→ flight → gate → plan → store ┘
///
/// Synchronous: it runs on the thread that took the request, and blocks it while the store reads.
public final class AuditService: Sendable {
    private let store: any RecordStore
    private let keys: KeySource
    private let cursors: CursorSeal
    private let finder: AnswerFinder
    private let time: TimeSource
    private let log: Logger

    /// A service of its parts.
    public init(
        store: any RecordStore, keys: KeySource, cursors: CursorSeal, settings: ServiceSettings,
        time: TimeSource = .system, log: Logger
    ) {
        self.store = store
        self.keys = keys
        self.cursors = cursors
        self.time = time
        self.log = log
        let maker = AnswerMaker(store: store, cursors: cursors, settings: settings, time: time)
        finder = AnswerFinder(maker: maker, settings: settings, time: time)
    }

    /// Answers one request, whatever it is.
    public func respond(to request: Request) -> Response {
        do throws(Problem) {
            let route = try Route(path: request.path)
            try route.checkMethod(request.method)
            switch route {
            case .health: return Responder.response(to: request, open: Self.alive, cacheControl: "no-store")
            case .readiness: return try readiness(request)
            case .openAPI: return try OpenAPIDocument.response(to: request)
            case .records, .query, .batch, .record: break
            }
            let key = try Authenticate(ring: keys.ring).key(of: request, now: time.wall())
            return answer(request, route, key)
        } catch {
            return Responder.response(to: request, error)
        }
    }

    /// What follows once it is known who asks.
    private func answer(_ request: Request, _ route: Route, _ key: APIKey) -> Response {
        let authenticated = time.steady()
        do throws(Problem) {
            let validation = RequestValidation(cursors: cursors, policy: key.policy, now: time.wall())
            let question = try validation.question(of: request, route)
            var found = try find(question, request, key)
            found.timing.authentication = authenticated - request.received
            if found.answer.isMissing { throw .noSuchRecord }
            return Responder.response(to: request, found, keyID: key.id, now: time.steady())
        } catch {
            return Responder.response(to: request, error, keyID: key.id)
        }
    }

    private func find(_ question: Question, _ request: Request, _ key: APIKey) throws(Problem) -> Found {
        do throws(AnswerFailure) {
            let found = try finder.find(
                question, for: key.policy, received: request.received,
                wantsFresh: CacheControl.demandsFreshAnswer(request.cacheControl))
            if let failure = found.storeFailure { report(failure, request, "answered though stale") }
            if let region = found.timing.region { report(found.answer.usage, in: region, request) }
            return found
        } catch {
            report(error, request, "not answered")
            throw error.problem
        }
    }

    private func readiness(_ request: Request) throws(Problem) -> Response {
        guard keys.ring.count > 0 else { throw .notReady("No API key is loaded.") }
        do throws(StoreError) {
            try store.probe()
        } catch {
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

    private func report(_ usage: StoreUsage, in region: String, _ request: Request) {
        log.debug(
            "the store was read",
            metadata: [
                "REQUEST_ID": "\(request.id)", "REGION": "\(region)", "STORE_REQUESTS": "\(usage.requests)",
                "CAPACITY_UNITS": "\(usage.capacityUnits)",
            ])
    }

    private static let alive = Array("{\"status\":\"ok\"}\n".utf8)
    private static let ready = Array("{\"status\":\"ready\"}\n".utf8)
}
