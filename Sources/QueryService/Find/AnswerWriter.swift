internal import AuditStores
internal import AuditRecords
internal import JSONBytes

/// Writes answers as JSON, without what a policy hides.
struct AnswerWriter: Sendable {
    let policy: Policy

    /// A page of a query's answer.
    func page(_ page: RecordPage, of query: RecordQuery, nextCursor: [UInt8]?) throws(AnswerFailure)
        -> [UInt8]
    {
        var body: [UInt8] = []
        // The body stays in the cache as it is, so it may not have room to spare.
        let frame =
            256 + (nextCursor?.count ?? 0) + policy.scope.patterns.reduce(0) { $0 + $1.utf8.count + 3 }
        body.reserveCapacity(frame + page.records.byteCount)
        body.append(json: "{\"records\":[")
        try append(page.records, to: &body)
        body.append(json: "],\"count\":")
        body.append(contentsOf: String(page.records.count).utf8)
        appendEnd(page.stop, nextCursor, query.range, to: &body)
        return body
    }

    /// What all answers of several pages say behind their content, and the end of the object.
    func appendEnd(
        _ stop: RecordPage.Stop, _ nextCursor: [UInt8]?, _ range: TimeRange, to body: inout [UInt8]
    ) {
        body.append(json: stop == .end ? ",\"hasMore\":false" : ",\"hasMore\":true")
        body.append(json: ",\"nextCursor\":")
        if let nextCursor { body.append(jsonString: nextCursor) } else { body.append(json: "null") }
        body.append(json: ",\"stopReason\":")
        body.append(jsonString: stop.rawValue.utf8)
        body.append(json: ",\"range\":{\"start\":")
        append(range.start, to: &body)
        body.append(json: ",\"end\":")
        append(range.end, to: &body)
        body.append(json: "},")
        appendScope(to: &body)
    }

    private func appendScope(to body: inout [UInt8]) {
        body.append(json: "\"scope\":{\"systems\":[")
        for (index, pattern) in policy.scope.patterns.enumerated() {
            if index > 0 { body.append(json: ",") }
            body.append(jsonString: pattern.utf8)
        }
        body.append(json: "]}}\n")
    }

    /// What came, and the token to go on with.
    func changes(_ page: ArrivalPage, next: [UInt8]) throws(AnswerFailure) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(256 + page.records.byteCount)
        body.append(json: "{\"records\":[")
        try append(page.records, to: &body)
        body.append(json: "],\"count\":")
        body.append(contentsOf: String(page.records.count).utf8)
        body.append(json: page.stop == .end ? ",\"hasMore\":false" : ",\"hasMore\":true")
        body.append(json: ",\"next\":")
        body.append(jsonString: next)
        body.append(json: ",\"stopReason\":")
        body.append(jsonString: page.stop.rawValue.utf8)
        body.append(json: ",")
        appendScope(to: &body)
        return body
    }

    /// Names, in their order.
    static func names(_ run: NameRun) -> [UInt8] {
        var body: [UInt8] = []
        body.append(json: "{\"names\":[")
        for (index, name) in run.names.enumerated() {
            if index > 0 { body.append(json: ",") }
            body.append(jsonString: name.bytes)
        }
        body.append(json: run.hasMore ? "],\"hasMore\":true}\n" : "],\"hasMore\":false}\n")
        return body
    }

    /// One record.
    func record(_ record: AuditRecord) throws(AnswerFailure) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(record.byteCount)
        try append(record, to: &body)
        body.append(json: "\n")
        return body
    }

    /// Records that were asked for by their ids, null where there is none.
    func batch(_ records: [AuditRecord?]) throws(AnswerFailure) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(records.reduce(16) { $0 + ($1?.byteCount ?? "null,".utf8.count) })
        body.append(json: "{\"records\":[")
        for (index, record) in records.enumerated() {
            if index > 0 { body.append(json: ",") }
            if let record { try append(record, to: &body) } else { body.append(json: "null") }
        }
        body.append(json: "]}\n")
        return body
    }

    private func append(_ records: [AuditRecord], to body: inout [UInt8]) throws(AnswerFailure) {
        for (index, record) in records.enumerated() {
            if index > 0 { body.append(json: ",") }
            try append(record, to: &body)
        }
    }

    private func append(_ record: AuditRecord, to body: inout [UInt8]) throws(AnswerFailure) {
        body.append(openingOf: record)
        try append(attributes: record.attributes, to: &body)
        body.append(json: "}")
    }

    private func append(attributes: [UInt8], to body: inout [UInt8]) throws(AnswerFailure) {
        guard !policy.hiddenAttributes.isEmpty else {
            body.append(contentsOf: attributes)
            return
        }
        // Attributes that cannot be read cannot be shown to a key that may not see all of them.
        do throws(JSONFault) {
            try policy.hiddenAttributes.appendVisible(of: attributes, to: &body)
        } catch {
            throw .fault("a record in the store has attributes that are no JSON object")
        }
    }

    private func append(_ instant: Timestamp?, to body: inout [UInt8]) {
        if let instant { body.append(jsonString: instant.text) } else { body.append(json: "null") }
    }
}
