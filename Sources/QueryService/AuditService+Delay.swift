internal import AuditStores
internal import AuditRecords

/// Requests that come while all threads but one are at work.
extension AuditService {
    /// Whether a request takes no longer than a look into the cache, as far as that can be told: hits, what is refused without a look at
    /// the question, and the health check. Nothing is reported of the look.
    package func answersAtOnce(_ request: Request) -> Bool {
        do throws(Problem) {
            let route = try Route(path: request.path)
            try route.checkMethod(request.method)
            switch route {
            case .open(let route): return route == .health
            case .records(let route):
                try RequestValidation.refuseRepeatedHeaders(request)
                let key = try Authenticate(ring: keys.ring).key(of: request, now: time.wall())
                guard let spelling = Spelling(request, route, key.policy) else { return false }
                return finder.hit(speltAs: spelling, request) != nil
            }
        } catch {
            return true
        }
    }

    /// Refuses a request for which there is no room.
    package func refuse(_ request: Request) -> Response {
        reporter.metrics.countShed()
        let failure = AnswerFailure.store(
            StoreError(
                .busy, "all threads are at work, and no more requests may wait for one (worker.threads)"))
        return Responder.response(to: request, failure.problem, keyID: nil)
    }
}
