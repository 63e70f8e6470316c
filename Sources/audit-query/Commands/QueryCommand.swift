import AuditStores
import ArgumentParser
import QueryService
import Foundation

/// `audit-query query`: the engine on the command line.
struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Ask who did what, when, to what: the store itself, or a server by --url.",
        discussion: .help(
            """
            Where none of --user, --system and --resource is given, all systems are searched: the last 24 hours where no
            date is given, and 31 days at most. --system alone searches the last 30 days where no date is given.

            A date is a day (2024-01-31), a month (2024-01), a year (2024), a timestamp (2024-01-31T10:00:00Z), today,
            yesterday, now, or how long ago (-7d; s, m, h, d and w are seconds to weeks). --from begins where it begins;
            --to is inclusive: it ends where the day, month, year or second ends that it names. --time-zone says whose days
            they are, and on whose clocks the table shows times; timestamps without an offset are of that place too.

            --filter compares what stands in the record: its fields and attributes, with dots into objects. Operators are eq,
            ne, co, sw, ew, gt, ge, lt, le, pr and cidr, joined by and, or, not ( ). The guide of the API has examples.

            --search finds words of 3 characters and more wherever they stand in the ids and in the strings of attributes,
            as parts of other words too, whatever their case: all of them in one record.

            On a terminal the answer is a table, in which a record takes as many lines as it needs. In a pipe it is a line a
            record, with tabs between the fields. Characters that steer a terminal or that nobody sees are shown as
            <U+202E>. --json gives what the HTTP interface answers.

            The store is read with the rights of whoever calls, without a key and without an entry in the trail of reads.
            --url asks a server over HTTPS with a key, as any client does.

            Examples:
              audit-query query --user alice@example.com --from 2024-01 --to 2024-01
              audit-query query --from yesterday --to yesterday --all
              audit-query query --system billing --from -24h \\
                --columns timestamp,userId,details.requestId
              audit-query query --system billing --from -7d \\
                --filter 'outcome eq "denied" and sourceIp cidr "10.2.0.0/16"'
              audit-query query --user alice@example.com --search "invoice delete"
              audit-query query --system billing --order asc --all --json
              audit-query query --url https://audit.example.com --key-file key.txt \\
                --user alice@example.com --all
            """))

    enum Order: String, CaseIterable, ExpressibleByArgument {
        case desc, asc
    }

    @OptionGroup var configurationFile: ConfigurationOption
    @OptionGroup var server: ServerOption
    @OptionGroup var asked: QuestionOptions

    @Option(help: "Records on a page, 1 to 1000. (default: 100; with --all 1000)") var limit: Int?
    @Option(help: "Newest first (desc) or oldest first. (default: desc)") var order: Order?
    @Option(
        help: ArgumentHelp(
            "Go on from the nextCursor of an answer. (default: begin at the first page)", valueName: "cursor")
    )
    var cursor: String?
    @Flag(help: "Read all pages, not only the first, and write each as it comes.") var all = false
    @Flag(help: "Print JSON: one answer, with the records of all pages if --all is given.") var json = false
    @Flag(
        help:
            "Print how the question is answered, and not the records: which index, within what bounds, what is read."
    )
    var explain = false
    @Flag(help: "In the table, keep each record on one line, however long.") var wide = false
    @OptionGroup var columns: ColumnsOption

    func validate() throws {
        _ = try columns.list()
        if json, wide || columns.isGiven {
            throw ValidationError("--columns and --wide are for the table: --json gives whole records")
        }
        if explain {
            guard !wide, !columns.isGiven else {
                throw ValidationError("--columns and --wide are for records: --explain prints none")
            }
            guard server.url == nil else {
                throw ValidationError("--explain is for the store: a server tells nobody how it reads")
            }
        }
        guard server.url != nil, configurationFile.path != nil else { return }
        throw ValidationError("--config is for the store, and --url for a server: give one of them")
    }

    func run() throws {
        guard server.url != nil else {
            return try configurationFile.reporting {
                let (pages, store) = try stored()
                if explain { try tell(how: pages, from: store) } else { try run(from: pages) }
            }
        }
        try ExitStatus.reporting {
            let (parameters, faults) = parameters()
            guard faults.isEmpty else { throw Self.usage(faults) }
            guard let server = try server.server() else { return }
            try run(from: ServerPages(parameters, of: server))
        }
    }

    /// Writes the first page, or all.
    private func run(from source: some PageSource) throws {
        var source = source
        var printer = try printer()
        do {
            while let page = try source.next() {
                try printer.print(page)
                if !page.hasMore {
                    if printer.count == 0 { source.remarks(onNothingIn: page).forEach(Console.error) }
                } else if !all {
                    // JSON says so itself.
                    if !json {
                        Console.error("There are more: --all reads all pages, --limit up to 1000 at once.")
                    }
                    break
                }
            }
        } catch {
            if printer.count > 0, !(error is OutputError) {
                let rest = source.resumption.map { "; the rest: \($0)" } ?? ""
                Console.error(
                    "audit-query: this is not all: it breaks off after \(counted(printer.count, "record"))\(rest)"
                )
            }
            throw error
        }
        try printer.finish()
    }

    private func printer() throws -> PagePrinter {
        guard !json else { return PagePrinter(jsonOfAll: all) }
        let width = wide ? nil : Console.width ?? Console.usualWidth
        return PagePrinter(
            RecordTable(
                try columns.list(),
                style: Console.isOutputTerminal ? .lines(width: width) : .tabs, clock: asked.timeZone ?? .utc)
        )
    }

    /// Reads the first page, or all, and writes how.
    private func tell(how pages: StorePages, from store: ConfiguredStore) throws {
        try QuestionExplanation.print(pages.first, in: store, json: json) { trace in
            var pages = pages
            pages.trace = trace
            while let page = try pages.next(), all, page.hasMore {}
        }
    }

    private func stored() throws -> (StorePages, ConfiguredStore) {
        let settings = try configurationFile.settings()
        let composition = try Composition(
            settings, instruments: Instruments(log: .standardError(settings)))
        let store = try composition.store(for: .read)
        let (cursors, fault) = try cursors(composition)
        let search = UnrestrictedSearch(store: store.records, cursors: cursors, settings: settings.service)
        let pages = StorePages(
            try validated(search), search, names: NameInquiry(store, search), cursorFault: fault)
        return (pages, store)
    }

    /// What opens and makes cursors, or why there is none that others know: not everybody may read the secret who may read
    /// the store. It matters only to who gives a cursor, or gets a page in JSON before others.
    private func cursors(_ composition: Composition) throws -> (CursorSeal, fault: (any Error)?) {
        let ownSeal = try CursorSeal(secret: Array(repeating: 0, count: 32))
        guard cursor != nil || json && !all && !explain else { return (ownSeal, nil) }
        do {
            return (try composition.cursors().seal, nil)
        } catch {
            guard cursor == nil else { throw error }
            return (ownSeal, error)
        }
    }
}
