internal import AuditStores
internal import AuditRecords
internal import JSONBytes

/// What makes two questions the same, as text:
/// `query_{userId}_{startDate}_{endDate}_{systemId}_{resourceId}`, then what else shapes the answer. Every
/// field is escaped, so no two questions share a key.
struct CacheKey: Hashable {
    // All ASCII, so that String's equality is that of the bytes.
    let text: String

    init(_ question: Question, policy: Policy) {
        // Most keys are shorter. What is kept is the text, which is as long as it is.
        var fields: [UInt8] = []
        fields.reserveCapacity(256)
        switch question {
        case .records(let query): fields.append(fieldsOf: query)
        case .lines(let lines): fields.append(fieldsOf: lines.records, lines.form)
        case .record(let key):
            fields.append(ascii: "record")
            fields.append(field: key.id)
        case .batch(let ids):
            fields.append(ascii: "batch")
            for id in ids { fields.append(field: id) }
        case .count(let question): fields.append(count: question)
        case .names(let query):
            fields.append(ascii: "names")
            fields.append(field: Array(query.kind.rawValue.utf8))
            fields.append(field: query.prefix)
            fields.append(separator)
            fields.append(decimal: query.limit)
        case .changes, .seals, .proof, .policy: preconditionFailure("what is not kept has no key")
        }
        fields.append(separator)
        fields.append(contentsOf: policy.fingerprintText)
        text = String(decoding: fields, as: UTF8.self)
    }
}

private let separator = UInt8(ascii: "_")

extension [UInt8] {
    fileprivate mutating func append(count question: CountQuery) {
        append(ascii: "count")
        for place in 0..<GroupKey.mostAtOnce {
            append(field: place < question.by.count ? Array(question.by[place].description.utf8) : [])
        }
        append(separator)
        append(decimal: question.top)
        append(separator)
        append(fieldsOf: question.records)
    }

    fileprivate mutating func append(fieldsOf query: RecordQuery, _ form: AnswerForm = .json) {
        if form == .json { append(ascii: "query") } else { append(contentsOf: form.rawValue.utf8) }
        append(field: query.userId?.bytes ?? [])
        append(instant: query.stated.start)
        append(instant: query.stated.end)
        append(field: query.systemId?.bytes ?? [])
        append(field: query.resourceId?.bytes ?? [])
        append(separator)
        append(decimal: query.limit)
        append(separator)
        append(ascii: query.order == .ascending ? "asc" : "desc")
        if let filter = query.filter {
            append(ascii: "_filter")
            append(field: filter.text)
        }
        if let search = query.search {
            append(ascii: "_search")
            append(field: search.text)
        }
        if let columns = query.columns {
            append(ascii: "_columns")
            append(field: RecordColumn.text(columns))
        }
        guard let after = query.after else { return }
        // A later page is asked with the first page's range, which is not always what was stated.
        append(instant: query.range.start)
        append(instant: query.range.end)
        append(field: after.timestamp)
        append(field: after.auditId.bytes)
        append(field: after.systemId.bytes)
    }

    private mutating func append(instant: Timestamp?) {
        append(separator)
        guard let instant else { return }
        // The end of time would be written as the year 0.
        if instant == .endOfTime {
            append(ascii: "end")
        } else {
            append(contentsOf: instant.text(fractionDigits: 9))
        }
    }

    /// Letters, digits and a few marks stand for themselves; `_`, which separates, `%` and all else become
    /// `%5F`.
    fileprivate mutating func append(field: [UInt8]) {
        append(separator)
        for byte in field {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "-")...UInt8(ascii: ":"):
                append(byte)
            default:
                append(UInt8(ascii: "%"))
                append(hexadecimal: byte)
            }
        }
    }
}
