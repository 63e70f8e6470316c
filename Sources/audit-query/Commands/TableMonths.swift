import ArgumentParser
import AuditRecords
import AuditStores
import PostgreSQLRecords
import QueryService

/// `audit-query table months`
struct TableMonths: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "months",
        abstract: "Make the partitions of months to come in a PostgreSQL database.",
        discussion: .help(
            """
            Loads make the partitions that they need, and the next one, themselves. This makes them ahead, so that the first
            load of a month finds its own: audit-query-months.timer runs it each week. Needs a loader's rights
            (GRANT audit_query_writer), and makes nothing twice.

            Examples:
              audit-query table months
              audit-query table months --ahead 12
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(help: ArgumentHelp("So many months after this one.", valueName: "n"))
    var ahead = 3

    func validate() throws {
        guard (0...120).contains(ahead) else {
            throw ValidationError("--ahead must be from 0 to 120, and is \(ahead)")
        }
    }

    func run() throws {
        try configurationFile.reporting {
            let settings = try configurationFile.settings()
            let composition = try Composition(
                settings, instruments: Instruments(log: .standardError(settings)))
            guard case .postgresql(let store, let place) = try composition.store(for: .write) else {
                throw SettingsError(description: "store.kind must be postgresql: no other store has months")
            }
            let made = try store.makeMonths(from: TimeSource.system.wall(), ahead: ahead)
            try Console.output("\(place) has \(made.joined(separator: ", "))")
        }
    }
}
