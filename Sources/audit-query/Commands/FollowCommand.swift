import ArgumentParser
import AuditStores
import QueryService

/// `audit-query follow`: records as they come.
struct FollowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Show records as they come: of the store itself, or of a server by --url.",
        discussion: .help(
            """
            Records are shown in the order in which the store got them: those that are loaded late, with old timestamps, and
            those that replaced another, among them. It begins now; --after start begins at the first record that there is.

            Ctrl-C ends it, and standard error says what to give as --after to go on from there: no record that is stored
            meanwhile is left out, and what was shown last may come once more. A server or store that does not answer any more is asked
            again until it does. --until-now ends where nothing more is there.

            On a terminal it is a table. In a pipe it is a line a record, with tabs between the fields; --json gives a
            record a line, as the HTTP interface has it.

            DynamoDB is followed by the table's stream, which keeps 24 hours: --after start is not to be had there.

            Examples:
              audit-query follow
              audit-query follow --system billing --filter 'outcome eq "denied"'
              audit-query follow --after start --until-now --json >all.ndjson
              audit-query follow --url https://audit.example.com --key-file key.txt \\
                --search "delete invoice"
            """))

    /// What `--after` says for the first record.
    static let start = "start"
    /// For how long a server waits where it has nothing, in seconds.
    private static let wait = 25

    @OptionGroup var configurationFile: ConfigurationOption
    @OptionGroup var server: ServerOption

    @OptionGroup var asked: RecordOptions

    @Option(
        help: ArgumentHelp(
            "Go on behind this token, which was told at the end, or from the start. (default: begin now)",
            valueName: "token"))
    var after: String?
    @Flag(help: "End where nothing more is there.") var untilNow = false
    @Flag(help: "Print a record a line, as JSON.") var json = false
    @OptionGroup var columns: ColumnsOption
    @Option(
        help: ArgumentHelp(
            "On whose clocks the table shows times: Europe/Berlin, +02:00, UTC, or local. (default: UTC)",
            valueName: "zone"))
    var timeZone: LocalTime?

    func validate() throws {
        _ = try columns.list()
        if json, columns.isGiven || timeZone != nil {
            throw ValidationError("--columns and --time-zone are for the table: --json gives whole records")
        }
        guard server.url != nil, configurationFile.path != nil else { return }
        throw ValidationError("--config is for the store, and --url for a server: give one of them")
    }

    func run() throws {
        let place = ChangesRun.Place()
        Interruption.watch { place.tell() }
        guard server.url != nil else {
            return try configurationFile.reporting { try run(stored(), place) }
        }
        try ExitStatus.reporting {
            guard let server = try server.server() else { return }
            let source = ServerChanges(
                parameters, of: server, after: after, wait: untilNow ? 0 : Self.wait)
            try run(source, place)
        }
    }

    private func run(_ source: some ChangeSource, _ place: ChangesRun.Place) throws {
        var table = RecordTable(
            try columns.list(),
            style: Console.isOutputTerminal ? .lines(width: Console.width ?? Console.usualWidth) : .tabs,
            clock: timeZone ?? .utc)
        let run = ChangesRun(place: place) { page in
            guard !json else {
                let lines = try page.records.flatMap(UnrestrictedSearch.line)
                return try Console.output(Console.isOutputTerminal ? lines.visibleJSON : lines)
            }
            let lines = table.lines(of: page.records, bold: Console.bold)
            try Console.output(lines.joined(separator: "\n"))
        }
        do {
            try run.run(source, untilNow: untilNow)
        } catch {
            // What was shown is not shown again.
            place.tell()
            guard let error = error as? ChangesError else { throw error }
            throw error.status.exit(error)
        }
    }

    private var parameters: QueryParameters {
        var parameters = asked.parameters
        parameters.limit = RecordQuery.limits.upperBound
        return parameters
    }

    private func stored() throws -> StoreChanges {
        let settings = try configurationFile.settings()
        let composition = try Composition(settings, instruments: Instruments(log: .standardError(settings)))
        let store = try composition.store(for: .read)
        // No cursor is made or opened.
        let cursors = try CursorSeal(secret: Array(repeating: 0, count: 32))
        let search = UnrestrictedSearch(store: store.records, cursors: cursors, settings: settings.service)
        guard search.isFollowed else {
            throw ExitStatus.usage.exit(
                "\(store.name) keeps no order of arrival, so it cannot be followed: ask for what is new with "
                    + "'audit-query query --from'")
        }
        do {
            return try StoreChanges(try search.followed(parameters.list), search, after: after)
        } catch let error as InvalidQuery {
            throw Self.usage(error.errors.map(QueryParameters.fault))
        } catch let error as ChangesError {
            throw Self.usage([error.description])
        }
    }
}
