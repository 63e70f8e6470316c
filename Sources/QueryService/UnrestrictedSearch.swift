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
        try validation(now).query(ParameterReader(Self.raw(parameters), allowed: QueryValidation.names))
    }

    /// A question of how many there are, from parameters with the names of the HTTP interface, of which `by` may be there twice.
    ///
    /// - Throws: everything that is wrong with them.
    package func count(_ parameters: [(name: String, value: String)], now: Timestamp) throws(InvalidQuery)
        -> CountQuery
    {
        let raw = Self.raw(parameters).gathering(QueryValidation.repeatedName)
        return try validation(now).count(ParameterReader(raw, allowed: QueryValidation.countNames))
    }

    /// The names that parameters with those of the HTTP interface ask for; nil where the store has no index of them.
    ///
    /// - Throws: ``InvalidQuery`` with everything that is wrong with them, or ``StoreError``.
    package func names(_ parameters: [(name: String, value: String)]) throws -> NameRun? {
        let reader = ParameterReader(Self.raw(parameters), allowed: NameValidation.names)
        let query = try NameValidation.query(reader)
        let deadline = ContinuousClock.now + settings.deadline
        return try maker.store.names(
            NameRead(kind: query.kind, prefix: query.prefix, limit: query.limit, deadline: deadline))
    }

    /// Names as the HTTP interface writes them.
    package static func json(_ names: NameRun) -> [UInt8] { AnswerWriter.names(names) }

    private static func raw(_ parameters: [(name: String, value: String)]) -> [RawParameter] {
        parameters.map { RawParameter(name: $0.name, value: .text(Array($0.value.utf8))) }
    }

    private func validation(_ now: Timestamp) -> QueryValidation {
        QueryValidation(
            cursors: cursors, policy: .unrestricted, knowsSystems: maker.store.knowsSystems(in:), now: now)
    }

    /// The next page of an answer. `query.after` says where it begins. `trace` is told how it is read.
    package func page(of query: RecordQuery, _ trace: ReadTrace? = nil) throws(StoreError) -> RecordPage {
        try reader(trace).page(of: query, scope: .all, budget: budget)
    }

    /// The next part of a count. `question.records.after` says where it begins. `trace` is told how it is counted.
    package func part(of question: CountQuery, _ trace: ReadTrace? = nil) throws(StoreError) -> CountPart {
        try reader(trace).part(of: question, scope: .all, budget: budget)
    }

    /// Whether the store keeps an order of arrival.
    package var isFollowed: Bool { maker.store is any FollowedStore }

    /// Whether the order of arrival begins with the first record that there is.
    package var keepsAllArrivals: Bool { (maker.store as? any FollowedStore)?.keepsAllArrivals ?? false }

    /// Which records one wants who follows, from parameters with the names of the HTTP interface.
    ///
    /// - Throws: everything that is wrong with them.
    package func followed(_ parameters: [(name: String, value: String)]) throws(InvalidQuery) -> RecordQuery {
        let reader = ParameterReader(Self.raw(parameters), allowed: ChangesValidation.names)
        return try ChangesValidation.query(reader, validation(TimeSource.system.wall())).records
    }

    /// Where the store's order of arrival ends now.
    package func arrivalEnd() throws(StoreError) -> ArrivalPlace? {
        try (maker.store as? any FollowedStore)?.arrivalEnd(deadline: budget.deadline)
    }

    /// What came behind a place; nil for the beginning.
    package func changes(of query: RecordQuery, after place: ArrivalPlace?) throws(StoreError) -> FollowedPage
    {
        guard let store = maker.store as? any FollowedStore else {
            throw StoreError(.unavailable, "this kind of store keeps no order of arrival")
        }
        return try ArrivalReader(store: store).page(of: query, after: place, scope: .all, budget: budget)
    }

    /// A record as the HTTP interface writes it, with the end of its line.
    package static func line(_ record: AuditRecord) throws -> [UInt8] {
        try AnswerWriter(policy: .unrestricted).record(record)
    }

    private func reader(_ trace: ReadTrace?) -> PageReader {
        var reader = PageReader(store: maker.store, now: { .now })
        reader.trace = trace
        return reader
    }

    private var budget: Budget {
        let now = ContinuousClock.now
        let deadline = now + settings.deadline
        return Budget(soft: min(now + settings.pageTime, deadline), deadline: deadline)
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
