internal import AuditRecords
internal import AuditStores
internal import Cryptography
internal import JSONBytes

/// Pages in other forms than JSON: lines that stand one behind the other, whose frame is in headers.
extension AnswerMaker {
    func lines(_ question: LineQuery, _ policy: Policy, _ budget: Budget) throws(AnswerFailure) -> Answer {
        let asked = time.steady()
        let query = question.records
        let writer = RecordWriter(
            question.form == .csv ? .csv(query.columns ?? RecordColumn.usual) : .ndjson)
        let header = query.after == nil ? writer.header : []
        let page = try storeAnswer { () throws(StoreError) in
            let page = try read(query, policy, budget, header, isAlone: false, writer)
            return try page == nil ? read(query, policy, budget, header, isAlone: true, writer) : page
        }
        guard let page else { throw .rowTooLarge(limit: memory.limits.answer) }
        let next = try cursor(behind: page.resume, of: query, policy)
        return Answer(
            body: page.lines, recordCount: page.count,
            lifetime: lifetime(isPartial: page.stop == .budget, end: query.range.end), made: time.steady(),
            asked: asked, usage: page.usage, room: page.room,
            frame: LineFrame(form: question.form, stop: page.stop, nextCursor: next), packs: true,
            looked: page.looked)
    }

    /// Reads pages of what a policy shows.
    func reader(for policy: Policy) -> PageReader {
        let hidden = policy.hiddenAttributes
        return PageReader(
            store: store, memory: memory, sight: hidden.sight, isVisible: { !hidden.hides(anyOf: $0) },
            now: time.steady)
    }

    /// What leads to the page that begins behind a place; nil where there is none.
    func cursor(
        behind place: RecordKey?, of query: RecordQuery, _ policy: Policy
    ) throws(AnswerFailure) -> [UInt8]? {
        guard let place else { return nil }
        var next = query
        next.after = place
        return try sealed { () throws(CryptographyError) in
            try cursors.seal(next, policy: policy.fingerprint)
        }
    }

    /// Nil when the first line does not fit.
    private func read(
        _ query: RecordQuery, _ policy: Policy, _ budget: Budget, _ header: [UInt8], isAlone: Bool,
        _ writer: RecordWriter
    ) throws(StoreError) -> LinePage? {
        let hidden = policy.hiddenAttributes
        return try reader(for: policy).lines(
            of: query, scope: policy.scope, budget: budget, header: header, isAlone: isAlone
        ) { record, limit, lines throws(StoreError) in
            do throws(JSONFault) {
                var attributes = record.attributes
                if !hidden.isEmpty {
                    attributes = []
                    try hidden.appendVisible(of: record.attributes, to: &attributes)
                }
                return try writer.append(record, attributes: attributes, within: limit, to: &lines)
            } catch {
                throw StoreError(.unreadable, "a record in the store has attributes that are no JSON object")
            }
        }
    }
}
