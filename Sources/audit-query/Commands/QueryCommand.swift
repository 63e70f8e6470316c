import ArgumentParser
import AuditQuery

/// `audit-query query`: the engine on the command line.
struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Ask the store directly, without a key: who did what, when, to what.",
        discussion: """
            At least one of --user, --system and --resource is needed. Dates are UTC days (2024-01-31) or RFC 3339
            timestamps; --to is inclusive. On a terminal the answer is a table cut to its width; in a pipe, fields are
            separated by tabs. --json gives what the HTTP interface answers.

            Examples:
              audit-query query --user alice@example.com --from 2024-01-01 --to 2024-01-31
              audit-query query --system billing --order asc --all --json
            """)

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(help: "Who did it.") var user: String?
    @Option(help: "Which system wrote the record.") var system: String?
    @Option(help: "What it was done to.") var resource: String?
    @Option(help: ArgumentHelp("The first day or instant.", valueName: "date")) var from: String?
    @Option(help: ArgumentHelp("The last day or instant, inclusive.", valueName: "date")) var to: String?
    @Option(help: "Records on a page, 1 to 1000.") var limit: Int?
    @Option(help: ArgumentHelp("desc (newest first) or asc.", valueName: "desc|asc")) var order: String?
    @Option(help: ArgumentHelp("Go on from the nextCursor of an answer.", valueName: "cursor")) var cursor:
        String?
    @Flag(help: "Read all pages, not only the first.") var all = false
    @Flag(help: "Print JSON: one answer, with the records of all pages if --all is given.") var json = false

    func run() throws {
        try configurationFile.reporting {
            let settings = try configurationFile.settings()
            let composition = try Composition(
                settings, instruments: Instruments(log: .standardError(settings)))
            let search = RecordSearch(
                store: try composition.store(for: .read).records, cursors: try composition.cursors().seal,
                settings: settings.service)
            let query = try validated(search)
            let page = try all ? allPages(search, query) : search.page(of: query)
            if json {
                Console.output(try search.json(page, of: query))
            } else {
                show(page, of: query)
            }
        }
    }

    private static let options = [
        "userId": "--user", "systemId": "--system", "resourceId": "--resource", "startDate": "--from",
        "endDate": "--to", "limit": "--limit", "order": "--order", "cursor": "--cursor",
    ]

    private func validated(_ search: RecordSearch) throws -> RecordQuery {
        let given: [(name: String, value: String?)] = [
            ("userId", user), ("systemId", system), ("resourceId", resource), ("startDate", from),
            ("endDate", to),
            ("limit", limit.map(String.init)), ("order", order), ("cursor", cursor),
        ]
        do throws(InvalidQuery) {
            return try search.query(
                given.compactMap { name, value in value.map { (name, $0) } }, now: TimeSource.system.wall())
        } catch {
            let lines = error.errors.map { error in
                let names = error.parameter.split(separator: ", ").map {
                    Self.options[String($0)] ?? String($0)
                }
                return "\(names.joined(separator: ", ")): \(error.detail)"
            }
            throw ExitStatus.usage.exit(
                lines.joined(separator: "\n") + "\nSee 'audit-query query --help' for more information.")
        }
    }

    private func allPages(_ search: RecordSearch, _ query: RecordQuery) throws(StoreError) -> RecordPage {
        var next = query
        var records: [AuditRecord] = []
        while true {
            let page = try search.page(of: next)
            records += page.records
            guard let resume = page.resume else {
                return RecordPage(records: records, stop: .end, resume: nil)
            }
            next.after = resume
        }
    }

    private func show(_ page: RecordPage, of query: RecordQuery) {
        var table = Table(["TIMESTAMP", "USER", "ACTION", "RESOURCE", "SYSTEM", "AUDIT ID"])
        for record in page.records {
            table.add([
                String(decoding: record.key.timestamp, as: UTF8.self), record.userId.description,
                record.attributeText("action") ?? "", record.resourceId.description,
                record.key.systemId.description, record.key.auditId.description,
            ])
        }
        table.print()
        // A system without dates is asked about the last 30 days only: say what was searched.
        if page.records.isEmpty && page.resume == nil {
            let start = query.range.start.map { " from \(String(decoding: $0.text, as: UTF8.self))" } ?? ""
            let end = query.range.end.map { " before \(String(decoding: $0.text, as: UTF8.self))" } ?? ""
            Console.error("There are no such records\(start)\(end).")
        }
        if page.resume != nil {
            Console.error("There are more: --all reads all pages, --limit up to 1000 at once.")
        }
    }
}
