import AuditRecords
import AuditStores
import Evidence
import QueryService
import SQLiteRecords

/// One run of an export: from its beginning or from where the one before stopped, to the manifest.
struct ExportRun {
    /// How often it is made sure how far it is.
    private static let interval = Duration.seconds(1)

    let target: ExportTarget
    let source: any ExportSource
    let lines: ExportLines
    let columns: [RecordColumn]?
    let isForSpreadsheets: Bool
    let partRecords: Int?
    let threads: Int
    let order: SortOrder
    /// The most seconds that one question may be about.
    let longestSlice: Int64
    /// The embedded store, which tells in what order records came.
    let arrivals: ExportArrivals?
    let stop: StopRequest
    /// What signs the manifest; nil where nobody does.
    let signer: SigningKey?

    /// Runs to the end, and returns what was written; nil when it was asked to stop.
    func run(_ checkpoint: ExportCheckpoint, _ query: RecordQuery) throws -> ExportManifest? {
        var checkpoint = checkpoint
        var output = try ExportWriter(
            target, header: lines.header, partRecords: partRecords, after: checkpoint)
        let place = try checkpoint.place()
        var progress = ExportProgress(
            isShown: Console.isErrorTerminal, query.range, order, records: output.records)
        defer { progress.clear() }
        var noted = ContinuousClock.now
        do {
            let reading = ExportReading(
                source, try slices(of: query.range, behind: place), threads: threads)
            try reading.run { rows in
                if stop.isMade { throw Stopped() }
                var rows = rows
                if let place { rows.drop(upTo: place, order) }
                try output.take(rows)
                if let last = rows.rows.last {
                    progress.update(records: output.records, at: last.key.instant)
                }
                guard noted.duration(to: .now) > Self.interval else { return }
                try output.note(in: &checkpoint)
                try checkpoint.write(to: target.checkpoint)
                noted = .now
            }
        } catch {
            // What is there stays, as far as that can be told now.
            if (try? output.note(in: &checkpoint)) != nil { try? checkpoint.write(to: target.checkpoint) }
            guard error is Stopped else {
                progress.clear()
                Console.error("audit-query: not finished: --resume goes on, with the same options")
                throw error
            }
            return nil
        }
        return try end(&output, checkpoint, query)
    }

    private func end(
        _ output: inout ExportWriter, _ checkpoint: ExportCheckpoint, _ query: RecordQuery
    ) throws -> ExportManifest {
        let meanwhile = try checkpoint.arrival.flatMap { try arrivals?.matching(query, since: $0) }
        try checkOrigin(checkpoint, query)
        let seals = try seals(of: query, since: checkpoint)
        let (parts, sha256) = try output.finish()
        let manifest = ExportManifest(
            program: "audit-query \(AuditQueryCommand.version)", begun: checkpoint.begun,
            finished: String(decoding: TimeSource.system.wall().text, as: UTF8.self),
            origin: checkpoint.origin, question: checkpoint.question,
            form: ExportManifest.Form(
                type: target.form == .csv ? "text/csv" : "application/x-ndjson",
                schema: target.form == .ocsf ? ExportManifest.Form.ocsf : nil, columns: columns?.map(\.name),
                isForSpreadsheets: columns.map { _ in isForSpreadsheets },
                compression: target.compression),
            records: parts.reduce(0) { $0 + $1.records }, bytes: parts.reduce(0) { $0 + $1.bytes },
            sha256: sha256, parts: parts,
            arrivedMeanwhile: meanwhile.map { ExportManifest.Arrival(matching: $0) }, seals: seals,
            isSigned: signer != nil, signer: signer.map { "\($0.verifier)" })
        try manifest.write(to: target, signedBy: signer)
        return manifest
    }

    /// What is read must be one thing from the beginning to the end: a key whose policy became another one saw another part of it since.
    ///
    /// - Throws: that it is not.
    func checkOrigin(_ checkpoint: ExportCheckpoint, _ query: RecordQuery) throws {
        let material = ExportMaterial(source: source, query: query)
        var now = try source.description(of: material.firstRange)
        if checkpoint.origin.hidesAttributes == nil {
            // It was begun by a version that did not ask, or at a server that did not tell.
            (now.policy, now.hidesAttributes) = (nil, nil)
            now.hiddenAttributes = checkpoint.origin.hiddenAttributes
        }
        guard now != checkpoint.origin else { return }
        throw ExportError(
            "\(target.folder.printable): what the key may see has changed since the export began, or the servers' cursor "
                + "secret: remove the folder, and begin anew", .badInput)
    }

    private func seals(
        of query: RecordQuery, since checkpoint: ExportCheckpoint
    ) throws -> ExportManifest.Seals? {
        // Where something is hidden, no day can be held against its seal, and a server shows none.
        guard checkpoint.origin.hidesAttributes == false else { return nil }
        let wanted = ExportSeals.Wanted(query)
        guard let seals = try ExportSeals(try source.seals(wanted)) else { return nil }
        return try seals.write(to: target, sizeAtBeginning: checkpoint.sealSize ?? 0)
    }

    private struct Stopped: Error {}

    /// What is still to be read: records of the same instant as the last one that is there are read again, and left out.
    private func slices(of range: TimeRange, behind place: RecordKey?) throws -> ExportSlices {
        var start = range.start ?? .startOfTime
        var end = range.end ?? .endOfTime
        var first = place?.instant
        if first == nil, range.start == nil {
            // All of time is too much to be cut: it begins where records do.
            let page = try source.rows(in: range, from: nil)
            first = page.rows.rows.first?.key.instant ?? (page.next == nil ? start : nil)
            if page.rows.count == 0, page.next == nil { end = start }
        }
        if let first, order == .ascending { start = max(start, first) }
        if let first, order == .descending {
            end = min(end, first.advanced(bySeconds: 0, nanoseconds: 1))
        }
        return ExportSlices(from: start, before: end, order, longest: longestSlice, window: 2 * threads)
    }
}

/// What comes into the embedded store.
struct ExportArrivals {
    let store: SQLiteStore

    private var deadline: ContinuousClock.Instant { .now + .seconds(30) }

    /// How far the order of arrival is now; nil in a file that has none yet.
    func end() throws(StoreError) -> Int64? { try store.lastArrival(deadline: deadline)?.number }

    /// How many records that match came since.
    func matching(_ query: RecordQuery, since number: Int64) throws -> Int {
        let restriction = Restriction(
            userId: query.userId, systemId: query.systemId, resourceId: query.resourceId, scope: .all)
        var (place, count) = (ArrivalPlace(origin: 0, number: number), 0)
        while true {
            let budget = Budget(soft: deadline, deadline: deadline, bytes: 8 << 20)
            let read = ArrivalRead(after: place, limit: 1000, restriction: restriction, budget: budget)
            guard case .run(let run) = try store.arrivals(read) else { return count }
            for record in run.records where query.range.contains(record.key.instant) {
                if try query.condition?.matches(record, attributes: record.attributes) ?? true { count += 1 }
            }
            guard !run.isAtEnd else { return count }
            place = run.end
        }
    }
}
