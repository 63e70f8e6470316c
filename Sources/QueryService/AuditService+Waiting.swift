internal import AuditStores

/// What becomes of a request.
package enum Handling: Sendable {
    /// It is answered.
    case answered(Response)
    /// There is nothing for it yet, and it wants to wait.
    case waits(WaitingRequest)
}

/// A request of one who follows, for whom nothing has come yet. Some kilobytes, and no thread.
package struct WaitingRequest: Sendable {
    fileprivate(set) var request: Request
    /// Where the store's order of arrival ended when it was looked at: it is worth looking again when that is another number.
    package fileprivate(set) var mark: Int64
    /// When it is answered whatever has come.
    package let deadline: ContinuousClock.Instant
    /// The id of the key that it asks with.
    package let keyID: String
}

extension AuditService {
    /// Answers one request, unless it is one that waits and has nothing to wait for yet. Reported is what is answered, when it is.
    package func handle(_ request: Request) -> Handling {
        guard request.path == Route.changesPath else { return .answered(respond(to: request)) }
        return look(for: request, until: nil)
    }

    /// Looks again for one who waits. Its key may have been revoked meanwhile.
    package func look(again waiting: WaitingRequest) -> Handling {
        look(for: waiting.request, until: waiting.deadline)
    }

    /// Answers one who has waited with what there is.
    package func end(_ waiting: WaitingRequest) -> Response { answer(waiting.request) }

    /// Where the store's order of arrival ends now, for the one thread that watches for those who wait; nil when that cannot be told
    /// now. It reads what came, for all of them.
    package func arrivalMark() -> Int64? {
        guard let store = store as? any FollowedStore else { return nil }
        return try? recent.refresh(from: store, deadline: time.steady() + .seconds(5))
    }

    /// Whoever may not ask, or asks wrongly, and whatever fails, is answered in the usual way.
    private func look(for request: Request, until deadline: ContinuousClock.Instant?) -> Handling {
        guard request.method == "GET", let (query, key) = try? following(request), query.wait > .zero
        else {
            return .answered(answer(request))
        }
        // The read at the end is to be over before the request's own deadline is.
        let end = deadline ?? request.received + min(query.wait, settings.deadline * 5 / 6)
        guard time.steady() < end else { return .answered(answer(request)) }
        request.willTakeTime()
        var waiting = WaitingRequest(request: request, mark: .min, deadline: end, keyID: key.id)
        if deadline != nil, let next = endOfNothing(for: query, key.policy, until: end) {
            (waiting.request.place, waiting.mark) = (next, next.number)
            return .waits(waiting)
        }
        do throws(AnswerFailure) {
            let page = try finder.look(at: query, key.policy, request)
            waiting.request.place = page.next
            guard page.stop == .end else { return .answered(answer(waiting.request)) }
            waiting.mark = page.next.number
        } catch {
            // Where others take all places before the store, it is looked at a little later.
            guard case .store(let failure) = error, failure.code == .busy else {
                return .answered(answer(request))
            }
        }
        waiting.request.beganToWait = request.beganToWait ?? time.steady()
        waiting.request = waiting.request.onAnotherThread
        return .waits(waiting)
    }

    /// Up to where nothing has come for one who has waited, as far as that is known without the store.
    private func endOfNothing(
        for query: ChangesQuery, _ policy: Policy, until end: ContinuousClock.Instant
    ) -> ArrivalPlace? {
        guard case .place(let place) = query.after else { return nil }
        return recent.end(
            ofNothingFor: query.records, behind: place, scope: policy.scope,
            sight: policy.hiddenAttributes.sight,
            until: min(time.steady() + settings.pageTime, end), now: time.steady)
    }

    private func following(_ request: Request) throws(Problem) -> (query: ChangesQuery, key: APIKey)? {
        try RequestValidation.refuseRepeatedHeaders(request)
        let key = try Authenticate(ring: keys.ring).key(of: request, now: time.wall())
        guard case .changes(let query) = try validation(key).question(of: request, .changes) else {
            return nil
        }
        return (query, key)
    }

    private func answer(_ request: Request) -> Response {
        var request = request
        if let began = request.beganToWait { request.waited = time.steady() - began }
        return respond(to: request)
    }
}
