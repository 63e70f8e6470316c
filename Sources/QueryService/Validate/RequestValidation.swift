internal import AuditStores
internal import AuditRecords

/// The second stage: what is asked, and is it well asked?
struct RequestValidation {
    let cursors: CursorSeal
    let policy: Policy
    /// Whether the store knows all systems that a policy shows (``RecordStore/knowsSystems(in:)``).
    let knowsSystems: (SystemScope) -> Bool
    let now: Timestamp

    /// The question of a request that came on a route to records.
    ///
    /// - Throws: what is wrong with the request.
    func question(of request: Request, _ route: RecordRoute) throws(Problem) -> Question {
        if request.method == "POST" {
            guard MediaType.isJSON(request.contentType) else { throw .unsupportedMediaType }
            guard MediaType.isIdentity(request.contentEncoding) else { throw .unsupportedContentCoding }
        }
        guard let form = AnswerForm(accept: request.accept, of: route.forms) else {
            throw .notAcceptable(route.forms)
        }
        switch route {
        case .list: return try records(QueryString.parameters(request.query), form, textNumbers: true)
        case .query: return try records(try parameters(ofBody: request), form, textNumbers: false)
        case .batch: return .batch(try BatchValidation.ids(try body(of: request)))
        case .count: return .count(try count(of: request))
        case .one(let id):
            try refuseQuery(request)
            guard let key = RecordKey(id: id) else { throw .noSuchRecord }
            return .record(key)
        case .seals:
            let reader = ParameterReader(QueryString.parameters(request.query), allowed: SealValidation.names)
            return .seals(try checked { _ throws(InvalidQuery) in try SealValidation.query(reader, policy) })
        case .proof(let id):
            try refuseQuery(request)
            guard let key = RecordKey(id: id) else { throw .noSuchRecord }
            return .proof(key)
        case .policy:
            try refuseQuery(request)
            return .policy
        case .changes:
            let reader = ParameterReader(
                QueryString.parameters(request.query), allowed: ChangesValidation.names)
            var query = try checked { validation throws(InvalidQuery) in
                try ChangesValidation.query(reader, validation)
            }
            if let place = request.place { query.after = .place(place) }
            return .changes(query)
        case .names:
            let reader = ParameterReader(QueryString.parameters(request.query), allowed: NameValidation.names)
            return .names(try checked { _ throws(InvalidQuery) in try NameValidation.query(reader) })
        }
    }

    /// A header that is no list is not believed where it stands twice: others may have looked at another line than we do.
    ///
    /// - Throws: 400 with their names.
    static func refuseRepeatedHeaders(_ request: Request) throws(Problem) {
        guard !request.repeatedHeaders.isEmpty else { return }
        throw .badParameters(
            request.repeatedHeaders.map { ParameterError($0, "came in more than one header line: send one") })
    }

    private func records(
        _ parameters: [RawParameter], _ form: AnswerForm, textNumbers: Bool
    ) throws(Problem) -> Question {
        var reader = ParameterReader(parameters, allowed: QueryValidation.names)
        reader.acceptsNumbersAsText = textNumbers
        let query = try checked { validation throws(InvalidQuery) in try validation.query(reader, form) }
        return form == .json ? .records(query) : .lines(LineQuery(records: query, form: form))
    }

    private func count(of request: Request) throws(Problem) -> CountQuery {
        let isPost = request.method == "POST"
        let parameters =
            isPost
            ? try parameters(ofBody: request)
            : QueryString.parameters(request.query).gathering(QueryValidation.repeatedName)
        var reader = ParameterReader(parameters, allowed: QueryValidation.countNames)
        reader.acceptsNumbersAsText = !isPost
        return try checked { validation throws(InvalidQuery) in try validation.count(reader) }
    }

    private func checked<Query>(
        _ validate: (QueryValidation) throws(InvalidQuery) -> Query
    ) throws(Problem) -> Query {
        do throws(InvalidQuery) {
            return try validate(
                QueryValidation(cursors: cursors, policy: policy, knowsSystems: knowsSystems, now: now))
        } catch {
            throw error.isForbidden ? .forbidden(error.errors) : .badParameters(error.errors)
        }
    }

    private func parameters(ofBody request: Request) throws(Problem) -> [RawParameter] {
        let body = try body(of: request)
        do throws(ParameterError) {
            return try JSONBody.parameters(body)
        } catch {
            throw .badParameters([error])
        }
    }

    private func body(of request: Request) throws(Problem) -> [UInt8] {
        let body: [UInt8]
        do throws(Request.BodyFault) {
            body = try request.body.get()
        } catch {
            throw error == .tooLarge ? .bodyTooLarge : .incompleteBody
        }
        try refuseQuery(request)
        return body
    }

    /// A route whose parameters stand elsewhere takes none in the URL: they would be ignored.
    private func refuseQuery(_ request: Request) throws(Problem) {
        let names = QueryString.parameters(request.query).map(\.name)
        guard names.isEmpty else {
            throw .badParameters(
                names.prefix(100).map { ParameterError($0, "has no place in this route's URL") })
        }
    }
}

/// What a valid request asks for.
enum Question: Sendable {
    /// Records that match, a page of them.
    case records(RecordQuery)
    /// The same as lines. By reference, as counts.
    indirect case lines(LineQuery)
    /// One record.
    case record(RecordKey)
    /// Records by their ids, as the client sent them.
    case batch([[UInt8]])
    /// How many match. By reference: a question is copied some times on its way to a cached answer.
    indirect case count(CountQuery)
    /// Names of records.
    case names(NameQuery)
    /// What came since. By reference, as counts.
    indirect case changes(ChangesQuery)
    /// Seals of days.
    case seals(SealQuery)
    /// How a record is proved to be in its day's seal.
    case proof(RecordKey)
    /// What the key may see.
    case policy

    /// Whether its answer is kept for whoever asks the same. What is proved, and what comes, is always as it is now.
    var isKept: Bool {
        switch self {
        case .records, .lines, .record, .batch, .count, .names: true
        case .changes, .seals, .proof, .policy: false
        }
    }
}

/// A page of records that is asked for as lines.
struct LineQuery: Sendable {
    /// Which records.
    let records: RecordQuery
    /// What the lines are.
    let form: AnswerForm
}
