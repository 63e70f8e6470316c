internal import AuditStores
internal import AuditRecords

/// What is wrong with a question.
package struct InvalidQuery: Error {
    /// Each parameter that is wrong.
    package let errors: [ParameterError]
    /// Whether they are well formed, and ask for what the key may not see.
    var isForbidden = false
}

/// Makes a question of raw parameters, or lists everything that is wrong with them.
struct QueryValidation {
    static let names = [
        "userId", "systemId", "resourceId", "startDate", "endDate", "limit", "order", "filter",
        "search", "columns", "cursor",
    ]

    /// What a count takes: what says which records, and how they are put into groups.
    static let countNames =
        names.filter { !["limit", "order", "columns"].contains($0) } + [repeatedName, "top"]
    /// The one parameter that may stand more than once.
    static let repeatedName = "by"

    /// What a filter, a search and columns may have together, in bytes.
    static let mostConditionBytes = RecordFilter.maximumByteCount

    let cursors: CursorSeal
    let policy: Policy
    /// Whether the store can tell which systems the key may see (``RecordStore/knowsSystems(in:)``), asked where that matters: it may cost
    /// a round trip.
    let knowsSystems: (SystemScope) -> Bool
    let now: Timestamp
    /// Whether the interface's bounds of time hold.
    var boundsSpan = true

    /// - Throws: all errors, or that the question is about a system that the key may not see.
    func query(
        _ reader: consuming ParameterReader, _ form: AnswerForm = .json
    ) throws(InvalidQuery) -> RecordQuery {
        try question(reader, isCount: false, form).records
    }

    /// - Throws: the same of a question of how many there are.
    func count(_ reader: consuming ParameterReader) throws(InvalidQuery) -> CountQuery {
        try question(reader, isCount: true)
    }

    /// A question, which without groups is one about records as well.
    private func question(
        _ reader: consuming ParameterReader, isCount: Bool, _ form: AnswerForm = .json
    ) throws(InvalidQuery) -> CountQuery {
        var reader = reader
        var question = CountQuery(stated(&reader, form))
        if isCount {
            question = CountQuery(
                question.records, by: reader.groupKeys(Self.repeatedName) ?? [],
                top: reader.number("top", in: CountQuery.tops) ?? CountQuery.defaultTop)
        }
        if let cursor = reader.text("cursor") {
            question = continued(cursor, stated: question, isCount: isCount, &reader) ?? question
            // The page before may have been of another form.
            question.records.limit = min(question.records.limit, form.limits.upperBound)
        } else if !reader.has("cursor") {
            let span = SearchSpan(question.records, reader)
            if span == .allSystems { checkSystems(&reader) }
            question.records.range = searchedRange(question.records, span, &reader)
        }
        guard reader.errors.isEmpty else { throw InvalidQuery(errors: Array(reader.errors.prefix(100))) }
        try checkScope(question.records)
        return question
    }

    /// What the parameters say of the records.
    func stated(_ reader: inout ParameterReader, _ form: AnswerForm = .json) -> RecordQuery {
        var query = RecordQuery(
            userId: reader.identifier("userId"), systemId: reader.identifier("systemId"),
            resourceId: reader.identifier("resourceId"))
        let start = reader.date("startDate")
        let end = reader.date("endDate")
        query.stated = TimeRange(start: start?.start, end: end?.end)
        query.limit = reader.number("limit", in: form.limits) ?? form.defaultLimit
        query.order = reader.order("order") ?? .descending
        query.filter = reader.filter("filter")
        query.search = reader.search("search")
        query.columns = reader.columns("columns")
        checkSize(query, &reader)
        return query
    }

    /// A cursor holds both, and has to fit into a URL and into a body.
    private func checkSize(_ query: RecordQuery, _ reader: inout ParameterReader) {
        let sizes = [
            ("filter", query.filter?.text.count), ("search", query.search?.text.count),
            ("columns", query.columns.map { RecordColumn.text($0).count }),
        ].compactMap { name, size in size.map { (name: name, size: $0) } }
        let sum = sizes.reduce(0) { $0 + $1.size }
        guard sum > Self.mostConditionBytes, let last = sizes.last else { return }
        let others = sizes.dropLast().map(\.name).joined(separator: " and ")
        reader.report(
            last.name,
            "has \(sum) bytes together with the \(others); at most \(Self.mostConditionBytes) are allowed")
    }

    /// Where the store does not know all systems, records would be left out.
    private func checkSystems(_ reader: inout ParameterReader) {
        guard !knowsSystems(policy.scope) else { return }
        reader.report(
            "systemId",
            "is required, or userId or resourceId: this store cannot tell of which systems it has records, as nobody "
                + "has named them to it (store.dynamodb.systems) and it has no complete list of its own")
    }

    func checkScope(_ query: RecordQuery) throws(InvalidQuery) {
        guard let system = query.systemId, !policy.scope.contains(system) else { return }
        let error = ParameterError("systemId", "is not among the systems that this key may see")
        throw InvalidQuery(errors: [error], isForbidden: true)
    }

    /// The question that a cursor carries, if it is one of ours, for this policy, and the other parameters,
    /// where there are any, are those it was made for.
    private func continued(
        _ cursor: [UInt8], stated question: CountQuery, isCount: Bool, _ reader: inout ParameterReader
    ) -> CountQuery? {
        guard let carried = cursors.open(cursor) else {
            reader.report(
                "cursor", "is not a cursor of this service, or was changed or cut: take nextCursor as it is")
            return nil
        }
        guard carried.policy == policy.fingerprint else {
            reader.report("cursor", "was made for a key that may see something else: begin again without it")
            return nil
        }
        guard carried.isCount == isCount else {
            reader.report(
                "cursor",
                carried.isCount
                    ? "is of a count: send it to /v1/records/count"
                    : "is of a page of records: begin the count without it")
            return nil
        }
        let (query, stated) = (carried.question.records, question.records)
        if query.userId == nil, query.systemId == nil, query.resourceId == nil { checkSystems(&reader) }
        guard reader.hasOthers(than: "cursor") else { return carried.question }
        let differing = [
            ("userId", stated.userId != query.userId), ("systemId", stated.systemId != query.systemId),
            ("resourceId", stated.resourceId != query.resourceId),
            ("startDate", stated.stated.start != query.stated.start),
            ("endDate", stated.stated.end != query.stated.end),
            ("limit", stated.limit != query.limit && (reader.has("limit") || !query.hasUsualLimit)),
            ("order", stated.order != query.order), ("filter", stated.filter != query.filter),
            ("search", stated.search != query.search), ("columns", stated.columns != query.columns),
            ("by", question.by != carried.question.by), ("top", question.top != carried.question.top),
        ].filter(\.1).map(\.0)
        guard !differing.isEmpty else { return carried.question }
        reader.report(
            "cursor",
            "was made with another \(differing.joined(separator: ", ")): send the same parameters again, or none"
        )
        return nil
    }
}

extension AnswerForm {
    /// How many records a page may have.
    fileprivate var limits: ClosedRange<Int> {
        self == .json ? RecordQuery.limits : RecordQuery.lineLimits
    }

    /// How many it has when the client does not say.
    fileprivate var defaultLimit: Int {
        self == .json ? RecordQuery.defaultLimit : RecordQuery.defaultLineLimit
    }
}

extension RecordQuery {
    /// Whether the limit is that of a form in which none was stated.
    fileprivate var hasUsualLimit: Bool { AnswerForm.allCases.contains { $0.defaultLimit == limit } }
}
