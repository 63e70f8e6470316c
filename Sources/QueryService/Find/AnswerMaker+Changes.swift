internal import AuditRecords
internal import AuditStores
internal import Cryptography

extension AnswerMaker {
    /// What came behind a place, and the token to go on with.
    func changes(_ query: ChangesQuery, _ policy: Policy, _ budget: Budget) throws(AnswerFailure) -> Answer {
        let asked = time.steady()
        let page = try page(of: query, policy, budget)
        page.room.keep(records: page.records.byteCount)
        let next = try sealed { () throws(CryptographyError) in try cursors.seal(page.next) }
        let body = try AnswerWriter(policy: policy).changes(page, next: next)
        return Answer(
            body: body, recordCount: page.records.count, isPassing: true, lifetime: .zero,
            made: time.steady(),
            asked: asked, usage: page.usage, room: page.room, looked: page.looked)
    }

    /// Looks whether there is a record for who asks, and takes none: the page ends before it.
    func look(at query: ChangesQuery, _ policy: Policy, _ budget: Budget) throws(AnswerFailure) -> ArrivalPage
    {
        var query = query
        query.records.limit = 0
        return try page(of: query, policy, budget)
    }

    private func page(
        of query: ChangesQuery, _ policy: Policy, _ budget: Budget
    ) throws(AnswerFailure) -> ArrivalPage {
        guard let store = store as? any FollowedStore else { throw .notFollowed }
        guard query.after != .first || store.keepsAllArrivals else { throw .placeLost(.noBeginning) }
        let reader = ArrivalReader(
            store: store, memory: memory, sight: policy.hiddenAttributes.sight, now: time.steady)
        let found = try storeAnswer { () throws(StoreError) in
            let place: ArrivalPlace? =
                switch query.after {
                case .now: try store.arrivalEnd(deadline: budget.deadline)
                case .first: nil
                case .place(let place): place
                }
            return try reader.page(of: query.records, after: place, scope: policy.scope, budget: budget)
        }
        switch found {
        case .page(let page): return page
        case .lost(let loss): throw .placeLost(loss)
        }
    }
}
