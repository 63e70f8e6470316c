internal import AuditStores
internal import AuditRecords

/// What one asks for who follows.
struct ChangesQuery: Sendable {
    /// Where it begins.
    enum Beginning: Hashable, Sendable {
        /// With what comes from now on.
        case now
        /// With the first record that there is.
        case first
        /// Behind a place.
        case place(ArrivalPlace)
    }

    /// How long a request may wait, in seconds: less than a web server in front gives an answer.
    static let waits = 0...25

    /// Ids, filter, search and limit.
    var records: RecordQuery
    /// Where it begins.
    var after: Beginning
    /// For how long it waits for a record where there is none.
    var wait: Duration
}

/// Makes a question of who follows of raw parameters, or lists everything that is wrong with them.
enum ChangesValidation {
    static let names = ["after", "wait", "limit", "userId", "systemId", "resourceId", "filter", "search"]

    /// What `after` says for the first record.
    static let start = "start"

    /// - Throws: all errors, or that the question is about a system that the key may not see.
    static func query(
        _ reader: consuming ParameterReader, _ validation: QueryValidation
    ) throws(InvalidQuery) -> ChangesQuery {
        var reader = reader
        var query = ChangesQuery(records: validation.stated(&reader), after: .now, wait: .zero)
        query.wait = .seconds(reader.number("wait", in: ChangesQuery.waits) ?? 0)
        if let after = reader.text("after") {
            if after.elementsEqual(start.utf8) {
                query.after = .first
            } else if let place = validation.cursors.place(in: after) {
                query.after = .place(place)
            } else {
                reader.report(
                    "after",
                    "is not \"start\" and no token of this service, or the cursor secret has changed twice since: take next as it is"
                )
            }
        }
        guard reader.errors.isEmpty else { throw InvalidQuery(errors: Array(reader.errors.prefix(100))) }
        try validation.checkScope(query.records)
        return query
    }
}
