package import AuditRecords
package import AuditStores

/// A question whose whole answer is exported.
package enum ExportedQuestion {
    /// The question of parameters with the names of the HTTP interface. It may be about any time: who exports asks for parts of it.
    /// Where no end was stated it is the first millisecond that has not begun, so that what is searched is fixed from here on.
    ///
    /// - Parameters:
    ///   - parameters: what is asked, without a cursor.
    ///   - store: what is asked; nil where that is a server, which says itself what it does not know.
    ///   - cursors: of no use here, and part of every validation.
    ///   - now: the time.
    /// - Returns: the question, with what is searched.
    /// - Throws: everything that is wrong with them.
    package static func query(
        _ parameters: [(name: String, value: String)], store: (any RecordStore)?, cursors: CursorSeal,
        now: Timestamp
    ) throws(InvalidQuery) -> RecordQuery {
        let validation = QueryValidation(
            cursors: cursors, policy: .unrestricted, knowsSystems: { store?.knowsSystems(in: $0) ?? true },
            now: now,
            boundsSpan: false)
        let raw = parameters.map { RawParameter(name: $0.name, value: .text(Array($0.value.utf8))) }
        var query = try validation.query(ParameterReader(raw, allowed: QueryValidation.names), .ndjson)
        if query.range.end == nil, query.stated.end == nil {
            query.range = TimeRange(start: query.range.start, end: validation.nextMillisecond)
        }
        return query
    }

    /// How many days one question of the interface may be about; nil where nothing bounds it.
    package static func mostDays(of query: RecordQuery) -> Int? {
        guard query.userId == nil, query.resourceId == nil else { return nil }
        let span = query.systemId == nil ? SearchSpan.allSystems : .system
        return span.mostDays
    }
}
