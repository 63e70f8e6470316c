import AuditRecords
import AuditStores
import QueryService

/// What an export reads, and what is asked of it.
struct ExportMaterial {
    let source: any ExportSource
    let query: RecordQuery
    /// The embedded store; nil of others.
    var arrivals: ExportArrivals?

    /// As much of the range as one question may be about: the beginning of the answer.
    var firstRange: TimeRange {
        guard let days = ExportedQuestion.mostDays(of: query), let start = query.range.start,
            let end = query.range.end
        else { return query.range }
        let seconds = Int64(days) * 86_400
        return query.order == .ascending
            ? TimeRange(start: start, end: min(end, start.advanced(bySeconds: seconds)))
            : TimeRange(start: max(start, end.advanced(bySeconds: -seconds)), end: end)
    }
}

extension ExportCommand {
    /// Records of the configured store.
    func ofStore(_ lines: ExportLines, _ target: ExportTarget) throws -> ExportMaterial {
        let settings = try configurationFile.settings()
        let composition = try Composition(settings, instruments: Instruments(log: .standardError(settings)))
        let store = try composition.store(for: .read)
        let cursors = try Self.noCursors()
        let query = try question(store.records, cursors).query
        let search = UnrestrictedSearch(store: store.records, cursors: cursors, settings: settings.service)
        var arrivals: ExportArrivals?
        if case .sqlite(let file, _) = store { arrivals = ExportArrivals(store: file) }
        return ExportMaterial(
            source: StoreExport(
                query, search, lines, kind: store.kind,
                sealed: FolderSeals(folder: settings.seal.isEnabled ? settings.seal.folder : nil)),
            query: query, arrivals: arrivals)
    }

    /// Records of the server that is named.
    func ofServer(_ lines: ExportLines, _ target: ExportTarget) throws -> ExportMaterial {
        let (query, parameters) = try question(nil, try Self.noCursors())
        guard let server = try server.server() else {
            throw ExportError("--url: names no server", .usage)
        }
        return ExportMaterial(
            source: ServerExport(parameters, of: server, target.form == .ndjson ? nil : lines), query: query)
    }

    private static func noCursors() throws -> CursorSeal {
        try CursorSeal(secret: Array(repeating: 0, count: 32))
    }

    private func question(
        _ store: (any RecordStore)?, _ cursors: CursorSeal
    ) throws -> (query: RecordQuery, parameters: QueryParameters) {
        var (parameters, faults) = asked.parameters()
        parameters.order = order?.rawValue
        let query: RecordQuery
        do throws(InvalidQuery) {
            query = try ExportedQuestion.query(
                parameters.list, store: store, cursors: cursors, now: TimeSource.system.wall())
        } catch {
            throw Self.usage(faults + error.errors.map(QueryParameters.fault))
        }
        guard faults.isEmpty else { throw Self.usage(faults) }
        return (query, parameters)
    }
}
