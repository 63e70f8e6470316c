import AuditStores
import AuditRecords
import QueryService

/// Where pages come from, in order.
protocol PageSource {
    /// The next page; nil after the last.
    mutating func next() throws -> FoundPage?

    /// What there is to say when all of the answer has no record.
    func remarks(onNothingIn page: FoundPage) -> [String]

    /// How to go on behind the pages that were read, where reading broke off; nil where that cannot be told.
    var resumption: String? { get }
}

/// A page of an answer.
enum FoundPage {
    case stored(RecordPage, of: RecordQuery, UnrestrictedSearch)
    case answered(AnswerPage)

    /// How many records are on it.
    var count: Int {
        switch self {
        case .stored(let page, _, _): page.records.count
        case .answered(let page): page.count
        }
    }

    /// Whether there may be more records behind it.
    var hasMore: Bool {
        switch self {
        case .stored(let page, _, _): page.resume != nil
        case .answered(let page): page.nextCursor != nil
        }
    }

    /// The records.
    func records() throws -> [AuditRecord] {
        switch self {
        case .stored(let page, _, _): page.records
        case .answered(let page): try page.records()
        }
    }

    /// The page as the HTTP interface writes it.
    func answer() throws -> AnswerPage {
        switch self {
        case .stored(let page, let query, let search): try AnswerPage(search.json(page, of: query))
        case .answered(let page): page
        }
    }

    /// The time that was searched, in words: ` from 2024-01-31T00:00:00.000Z before 2024-02-01T00:00:00.000Z`.
    var searchedTime: String {
        let bounds: (start: String?, end: String?) =
            switch self {
            case .stored(_, let query, _):
                (
                    query.range.start.map { String(decoding: $0.text, as: UTF8.self) },
                    query.range.end.map { String(decoding: $0.text, as: UTF8.self) }
                )
            case .answered(let page): (page.start, page.end)
            }
        return (bounds.start.map { " from \($0.printable)" } ?? "")
            + (bounds.end.map { " before \($0.printable)" } ?? "")
    }
}
