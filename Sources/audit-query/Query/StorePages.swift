import AuditStores
import QueryService

/// Pages read from the store.
struct StorePages: PageSource {
    private let search: UnrestrictedSearch
    private let names: NameInquiry
    /// What is told how pages are read; nil where nobody asks.
    var trace: ReadTrace?
    /// Why no cursor can be given away; nil where one can, or none will be.
    private let cursorFault: (any Error)?
    private let doubts = DoubtNotice()
    let first: RecordQuery
    /// The question of the next page; nil after the last.
    private var following: RecordQuery?

    init(_ query: RecordQuery, _ search: UnrestrictedSearch, names: NameInquiry, cursorFault: (any Error)?) {
        self.search = search
        self.cursorFault = cursorFault
        self.names = names
        first = query
        following = query
    }

    mutating func next() throws -> FoundPage? {
        guard let query = following else { return nil }
        let page = try search.page(of: query, trace)
        doubts.note(page.usage.doubt)
        if page.resume != nil, let cursorFault { throw cursorFault }
        following = page.resume.map { resume in
            var next = query
            next.after = resume
            return next
        }
        return .stored(page, of: query, search)
    }

    /// Who was asked for and has no record at any time; else the time that was searched, for it may be a default.
    func remarks(onNothingIn page: FoundPage) -> [String] {
        // The pages before a cursor may have had all of them.
        let unknown = first.after == nil ? names.remarks(on: first) : []
        return unknown.isEmpty ? ["There are no such records\(page.searchedTime)."] : unknown
    }

    /// None: a cursor would need the secret of the service, which whoever reads the store may not know.
    var resumption: String? { nil }
}
