package import AuditStores
package import AuditRecords

/// Asks the same engine as the service without HTTP: for the command line, where whoever may read the store
/// may see all of it.
package struct UnrestrictedSearch: Sendable {
    private let maker: AnswerMaker
    private let cursors: CursorSeal
    private let settings: ServiceSettings

    /// A search of a store.
    package init(store: any RecordStore, cursors: CursorSeal, settings: ServiceSettings) {
        self.cursors = cursors
        self.settings = settings
        maker = AnswerMaker(
            store: store, cursors: cursors, settings: settings, time: .system, memory: .unshared)
    }

    /// A question from parameters with the names of the HTTP interface.
    ///
    /// - Throws: everything that is wrong with them.
    package func query(_ parameters: [(name: String, value: String)], now: Timestamp) throws(InvalidQuery)
        -> RecordQuery
    {
        let raw = parameters.map { RawParameter(name: $0.name, value: .text(Array($0.value.utf8))) }
        let validation = QueryValidation(cursors: cursors, policy: .unrestricted, now: now)
        return try validation.query(ParameterReader(raw, allowed: QueryValidation.names))
    }

    /// The next page of an answer. `query.after` says where it begins.
    package func page(of query: RecordQuery) throws(StoreError) -> RecordPage {
        let now = ContinuousClock.now
        let deadline = now + settings.deadline
        return try PageReader(store: maker.store, now: { .now }).page(
            of: query, scope: .all,
            budget: Budget(soft: min(now + settings.pageTime, deadline), deadline: deadline))
    }

    /// A page as the HTTP interface writes it.
    package func json(_ page: RecordPage, of query: RecordQuery) throws -> [UInt8] {
        var cursor: [UInt8]?
        if let resume = page.resume {
            var next = query
            next.after = resume
            cursor = try cursors.seal(next, policy: Policy.unrestricted.fingerprint)
        }
        return try AnswerWriter(policy: .unrestricted).page(page, of: query, nextCursor: cursor)
    }
}
