internal import AuditStores

extension AnswerMaker {
    func names(_ query: NameQuery, _ policy: Policy, _ budget: Budget) throws(AnswerFailure) -> Answer {
        let asked = time.steady()
        let read = NameRead(
            kind: query.kind, prefix: query.prefix, limit: query.limit, scope: policy.scope,
            deadline: budget.deadline)
        let found = try storeAnswer { () throws(StoreError) in try store.names(read) }
        guard let found else { throw .noNames(query.kind) }
        return Answer(
            body: AnswerWriter.names(found), recordCount: 0, lifetime: lifetime(), made: time.steady(),
            asked: asked, usage: found.usage, packs: true)
    }
}
