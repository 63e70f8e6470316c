import AuditRecords
import AuditStores
import Evidence
import QueryService

/// Records of a server, in its pages of lines.
struct ServerExport: ExportSource {
    /// So many at once: some 1.2 MB.
    static let pageLimit = 2000

    private let question: QueryParameters
    private let server: RemoteServer
    /// Nil where lines are written as they come.
    private let lines: ExportLines?

    init(_ question: QueryParameters, of server: RemoteServer, _ lines: ExportLines?) {
        var question = question
        question.limit = Self.pageLimit
        (self.question, self.server, self.lines) = (question, server, lines)
    }

    func rows(in range: TimeRange, from place: ExportPlace?) throws -> (rows: ExportRows, next: ExportPlace?)
    {
        var asked = question.within(range)
        if case .cursor(let cursor) = place { asked = QueryParameters(cursor: cursor) }
        let page = try server.lines(try asked.body)
        // The same place again would be asked for ever.
        guard page.nextCursor == nil || page.nextCursor != asked.cursor else {
            throw ServerError(
                "\(server.address): the next page would begin where this one does", .unavailable)
        }
        var rows = ExportRows()
        if let lines {
            for line in 0..<page.count { try rows.append(try page.record(line), lines) }
        } else {
            rows.bytes = page.body
            rows.rows.reserveCapacity(page.count)
            for line in 0..<page.count { rows.rows.append((page.ends[line], try page.key(line))) }
        }
        return (rows, page.nextCursor.map(ExportPlace.cursor))
    }

    func description(of range: TimeRange) throws -> ExportOrigin {
        var asked = question.within(range)
        asked.limit = 1
        let page = try server.page(try asked.body, isFollowing: false)
        let policy = try server.policy()
        return ExportOrigin(
            kind: "server", url: server.address.url, systems: page.systems, policy: policy?.policy,
            hidesAttributes: policy?.hidesAttributes,
            hiddenAttributes: policy?.hidesAttributes == false ? [] : nil)
    }

    func seals(_ wanted: ExportSeals.Wanted?) throws -> [SealExtract] { try server.seals(wanted) }
}

extension QueryParameters {
    /// The same of a range, which has its ends.
    func within(_ range: TimeRange) -> QueryParameters {
        var question = self
        question.startDate = range.start.map { String(decoding: $0.text(fractionDigits: 9), as: UTF8.self) }
        // The end is inclusive there, to the nanosecond that is said.
        question.endDate = range.end.map { end in
            let last = end.advanced(bySeconds: -1, nanoseconds: 999_999_999)
            return String(decoding: last.text(fractionDigits: 9), as: UTF8.self)
        }
        return question
    }
}
