import ArgumentParser
import AuditRecords
import Files
import LogFormats

/// What logs the files of a load are.
struct LogOptions: ParsableArguments {
    /// What `--format` calls audit-query's own lines.
    private static let nativeName = "audit-query"
    private static let names = [nativeName] + LogFormat.all.map(\.name)

    @Option(
        help: ArgumentHelp(
            "Take each file for a log of this format: \(names.joined(separator: ", ")). (default: each is found out)",
            valueName: "name"),
        completion: .list(names))
    var format: String?

    @Option(
        help: ArgumentHelp(
            "Say which system all events are of. (default: what each names, else its format)",
            valueName: "name"))
    var system: String?

    @Option(
        name: .customLong("time-zone"),
        help: ArgumentHelp(
            "Take times without zone for those of this zone, such as Europe/Berlin. (default: they are refused)",
            valueName: "zone"))
    var timeZone: String?

    func validate() throws {
        if let format, !Self.names.contains(format) {
            throw ValidationError(
                "--format is \(format), and must be one of \(Self.names.joined(separator: ", "))")
        }
        if let system, let fault = Identifier(system).fault { throw ValidationError("--system \(fault)") }
        guard system == nil || format != Self.nativeName else {
            throw ValidationError("--system is for logs of others: audit-query's own lines name their system")
        }
    }

    /// What the files are read as.
    var kind: LogSource.Kind {
        guard let format else { return .detected }
        return LogFormat.named(format).map { .format($0) } ?? .native
    }

    /// What holds for all events.
    ///
    /// - Throws: that there is no such zone.
    func formatOptions() throws(ZoneFileError) -> FormatOptions {
        let zone = try timeZone.map { name throws(ZoneFileError) in try ZoneRules(named: name) }
        return FormatOptions(system: system.map { Array($0.utf8) }, times: TimeReader(zone: zone))
    }

    /// The options as they were given.
    var arguments: [String] {
        [("--format", format), ("--system", system), ("--time-zone", timeZone)].flatMap { name, value in
            value.map { [name, $0] } ?? []
        }
    }
}
