internal import AuditStores
internal import AuditRecords
internal import JSONBytes
internal import Logging

/// A read of audit records, itself a thing to be audited: who asked what, from where, when, and what was shown.
struct ReadEvent: Sendable {
    let keyID: String
    /// The client's address, as nginx says it.
    let client: String
    let route: String
    /// Nil when the question was refused before it was understood.
    let question: Question?
    let status: Int
    /// Where the answer came from; nil without an answer.
    let cache: String?
    /// Records in the answer.
    let records: Int
    /// Records that it counts, where it is a count.
    var counted = 0
    let storeTime: Duration
    let region: String?
    /// When the first and the last of the reads happened that this stands for.
    let first: Timestamp
    var last: Timestamp
    /// One id for each read.
    var requestIDs: RequestIDs
    /// One id for each of them that is traced.
    var traceIDs: [String]
}

extension ReadEvent {
    /// The event's fields in the journal.
    var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = [
            "EVENT": "read", "API_KEY_ID": "\(keyID)", "CLIENT": "\(client)", "ROUTE": "\(route)",
            "STATUS": "\(status)", "RECORDS": "\(records)", "READS": "\(requestIDs.count)",
            "FIRST": "\(text(first))", "LAST": "\(text(last))", "STORE_MS": "\(milliseconds(storeTime))",
            "REQUEST_ID": .array(requestIDs.texts.map { .string($0) }),
        ]
        metadata["CACHE"] = cache.map { "\($0)" }
        metadata["REGION"] = region.map { "\($0)" }
        if !traceIDs.isEmpty { metadata["TRACE_ID"] = .array(traceIDs.map { .string($0) }) }
        switch question {
        case .records(let query): query.describe(in: &metadata)
        case .lines(let lines):
            lines.records.describe(in: &metadata)
            metadata["ASKED_FORM"] = "\(lines.form.rawValue)"
        case .record(let key): metadata["ASKED_ID"] = "\(key.id.text)"
        case .batch(let ids): metadata["ASKED_ID"] = .array(ids.map { .string($0.text) })
        case .count(let question):
            question.records.describe(in: &metadata)
            question.describe(in: &metadata)
            metadata["COUNTED"] = "\(counted)"
        case .names(let query):
            metadata["ASKED_NAMES"] = "\(query.kind.rawValue)"
            metadata["ASKED_PREFIX"] = query.prefix.isEmpty ? nil : "\(query.prefix.text)"
            metadata["ASKED_LIMIT"] = "\(query.limit)"
        case .changes(let query):
            query.records.describe(in: &metadata)
            query.describe(in: &metadata)
        case .seals(let query):
            metadata["ASKED_SYSTEM"] = query.systemId.map { "\($0.bytes.text)" }
            metadata["ASKED_FROM"] = query.range.start.map { "\(text($0))" }
            metadata["ASKED_TO"] = query.range.end.flatMap { $0 == .endOfTime ? nil : "\(text($0))" }
        case .proof(let key): metadata["ASKED_ID"] = "\(key.id.text)"
        case .policy, nil: break
        }
        return metadata
    }

    private func text(_ instant: Timestamp) -> String { instant.text(fractionDigits: 3).text }

    private func milliseconds(_ duration: Duration) -> String {
        var text: [UInt8] = []
        text.append(milliseconds: duration)
        return text.text
    }
}

extension RecordQuery {
    fileprivate func describe(in metadata: inout Logger.Metadata) {
        metadata["ASKED_USER"] = userId.map { "\($0.bytes.text)" }
        metadata["ASKED_SYSTEM"] = systemId.map { "\($0.bytes.text)" }
        metadata["ASKED_RESOURCE"] = resourceId.map { "\($0.bytes.text)" }
        metadata["ASKED_FROM"] = range.start.map { "\($0.text(fractionDigits: 3).text)" }
        metadata["ASKED_TO"] = range.end.flatMap {
            $0 == .endOfTime ? nil : "\($0.text(fractionDigits: 3).text)"
        }
        metadata["ASKED_ORDER"] = "\(order.rawValue)"
        metadata["ASKED_LIMIT"] = "\(limit)"
        metadata["ASKED_FILTER"] = filter.map { "\($0)" }
        metadata["ASKED_SEARCH"] = search.map { "\($0)" }
        metadata["ASKED_COLUMNS"] = columns.map { "\(RecordColumn.text($0).text)" }
        // Where the page begins; the cursor itself is a secret of whoever was given it.
        metadata["ASKED_AFTER"] = after.map { "\($0.timestamp.text)" }
    }
}

extension CountQuery {
    /// In the place of what only pages have.
    fileprivate func describe(in metadata: inout Logger.Metadata) {
        metadata["ASKED_ORDER"] = nil
        metadata["ASKED_LIMIT"] = nil
        guard !by.isEmpty else { return }
        metadata["ASKED_BY"] = .array(by.map { .string($0.description) })
        metadata["ASKED_TOP"] = "\(top)"
    }
}

extension ChangesQuery {
    /// In the place of what only pages of queries have.
    fileprivate func describe(in metadata: inout Logger.Metadata) {
        metadata["ASKED_ORDER"] = "arrival"
        metadata["ASKED_WAIT"] = wait == .zero ? nil : "\(wait.components.seconds)"
        metadata["ASKED_AFTER"] =
            switch after {
            case .now: "now"
            case .first: "start"
            case .place(let place): "\(place.number)"
            }
    }
}

extension [UInt8] {
    /// As text; what is no UTF-8 shows as U+FFFD.
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
