internal import AuditRecords

/// So many records are looked at before the store's index of words is asked: what many records have is found sooner without it.
private let lookedBeforeWords = 1000
/// After so many records of the index the clock is looked at.
private let recordsOfLook = 64

extension PageReading {
    /// The rest of the page, of the records that the store's index says may have all words; nil where it is not asked, or does not
    /// help. It is asked once a page, and only where the key may see everything: else the time that it takes would tell of
    /// what the key may not see.
    mutating func pageOfWords(behind place: RecordKey) throws(StoreError) -> PageEnd? {
        guard let search = query.search, mayAskForWords, looked >= lookedBeforeWords else { return nil }
        mayAskForWords = false
        var read = WordRead(
            search: search, systemId: query.systemId, range: query.range, order: query.order, after: place,
            budget: budget)
        read.trace = trace
        guard let keys = try store.keys(of: read) else { return nil }
        for (index, key) in keys.enumerated() {
            if index % recordsOfLook == recordsOfLook - 1, budget.soft <= now() {
                return end(lateAt: reached ?? place)
            }
            let fetched = try store.fetch([key], budget: budget)
            ownUsage += fetched.usage
            guard let record = fetched.records.first ?? nil, belongs(record) else { continue }
            if record.byteCount > freeBytes, let page = try page(before: record.byteCount, at: reached) {
                return page
            }
            if let page = try page(at: record) { return page }
        }
        return end(.end, resume: nil)
    }

    /// Whether a record is one that is asked for, as far as ids, time and place tell.
    private func belongs(_ record: AuditRecord) -> Bool {
        let restriction = Restriction(
            userId: query.userId, systemId: query.systemId, resourceId: query.resourceId,
            scope: plan.restriction.scope)
        return restriction.matches(record) && query.range.contains(record.key.instant)
            && (query.after.map { query.order.areInOrder($0, record.key) } ?? true)
    }
}
