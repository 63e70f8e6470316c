import ArgumentParser
import AuditRecords
import AuditStores
import QueryService

/// `audit-query names`: the systems, users and resources that there are.
struct NamesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "names",
        abstract: "List the systems, users or resources of which there are records.",
        discussion: .help(
            """
            Each is a line, in the order of its bytes; --json gives what the HTTP interface answers. A server lists what its key
            may see. DynamoDB's table lists systems only, those that are named to it (store.dynamodb.systems) or that its
            loads have listed.

            Examples:
              audit-query names system
              audit-query names user --prefix alice
              audit-query names resource --prefix invoice/2024- --limit 1000
              audit-query names user --url https://audit.example.com --key-file key.txt
            """))

    @OptionGroup var configurationFile: ConfigurationOption
    @OptionGroup var server: ServerOption

    @Argument(
        help: "What is listed: system, user or resource.",
        completion: .list(NameKind.allCases.map(\.rawValue)))
    var kind: String
    @Option(help: ArgumentHelp("What each name begins with. (default: whatever)", valueName: "text"))
    var prefix: String?
    @Option(help: "The most names to list, 1 to 1000. (default: 100)") var limit: Int?
    @Flag(help: "Print JSON, as the HTTP interface answers.") var json = false

    func validate() throws {
        guard server.url != nil, configurationFile.path != nil else { return }
        throw ValidationError("--config is for the store, and --url for a server: give one of them")
    }

    func run() throws {
        guard server.url != nil else { return try configurationFile.reporting { try show(try stored()) } }
        try ExitStatus.reporting {
            guard let server = try server.server() else { return }
            try show(try server.names(parameters))
        }
    }

    private var parameters: [(name: String, value: String)] {
        [("kind", kind)] + (prefix.map { [("prefix", $0)] } ?? [])
            + (limit.map { [("limit", String($0))] } ?? [])
    }

    private func stored() throws -> NameRun {
        let settings = try configurationFile.settings()
        let composition = try Composition(settings, instruments: Instruments(log: .standardError(settings)))
        let store = try composition.store(for: .read)
        // No cursor is made or opened.
        let cursors = try CursorSeal(secret: Array(repeating: 0, count: 32))
        let search = UnrestrictedSearch(store: store.records, cursors: cursors, settings: settings.service)
        do {
            guard let found = try search.names(parameters) else {
                throw ExitStatus.usage.exit(
                    "This store has no index of the names of \(kind)s, so none can be listed.")
            }
            return found
        } catch let error as InvalidQuery {
            throw Self.usage(error.errors.map(QueryParameters.fault))
        }
    }

    private func show(_ found: NameRun) throws {
        if json {
            let body = UnrestrictedSearch.json(found)
            try Console.output(Console.isOutputTerminal ? body.visibleJSON : body)
        } else if !found.names.isEmpty {
            try Console.output(found.names.map(\.description.printable).joined(separator: "\n"))
        }
        if found.names.isEmpty { Console.error("There are none.") }
        if found.hasMore, !json {
            Console.error("There are more: --limit lists up to 1000, and a longer --prefix fewer.")
        }
    }
}
