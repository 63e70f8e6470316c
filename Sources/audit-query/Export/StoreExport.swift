import AuditRecords
import AuditStores
import Evidence
import QueryService

/// Records of the store.
struct StoreExport: ExportSource {
    /// So many at once: some 2 MB.
    static let pageLimit = 4000

    private let question: RecordQuery
    private let search: UnrestrictedSearch
    private let lines: ExportLines
    private let kind: String
    private let sealed: FolderSeals

    init(
        _ question: RecordQuery, _ search: UnrestrictedSearch, _ lines: ExportLines, kind: String,
        sealed: FolderSeals
    ) {
        var question = question
        question.limit = Self.pageLimit
        (self.question, self.search, self.lines, self.kind) = (question, search, lines, kind)
        self.sealed = sealed
    }

    func rows(in range: TimeRange, from place: ExportPlace?) throws -> (rows: ExportRows, next: ExportPlace?)
    {
        var query = question
        query.range = range
        if case .key(let key) = place { query.after = key }
        let page = try search.page(of: query)
        var rows = ExportRows()
        rows.bytes.reserveCapacity(page.records.reduce(0) { $0 + $1.byteCount })
        rows.rows.reserveCapacity(page.records.count)
        for record in page.records { try rows.append(record, lines) }
        return (rows, page.resume.map(ExportPlace.key))
    }

    func description(of range: TimeRange) -> ExportOrigin {
        ExportOrigin(
            kind: kind, systems: SystemScope.all.patterns, hidesAttributes: false, hiddenAttributes: [])
    }

    func seals(_ wanted: ExportSeals.Wanted?) throws -> [SealExtract] { try sealed.extracts(wanted) }
}

extension ExportRows {
    /// Writes a record.
    mutating func append(_ record: AuditRecord, _ lines: ExportLines) throws(StoreError) {
        do {
            try lines.append(record, to: &bytes)
        } catch {
            let id = String(decoding: record.key.id, as: UTF8.self)
            throw StoreError(.unreadable, "the record \(id) has attributes that are no JSON object: \(error)")
        }
        rows.append((bytes.count, record.key))
    }
}
