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
            "Read JSON or CSV of another producer as this YAML file says: docs/formats.md shows one. (default: --format)",
            valueName: "file"),
        completion: .file())
    var map: String?

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

    @Option(
        help: ArgumentHelp(
            "Begin with this file of the first folder or archive, where an interrupted load was. (default: its first)",
            valueName: "name"))
    var from: String?

    @Option(
        help: ArgumentHelp(
            "Store nothing, and show of the first records which member of the event gave which field. (default: all are stored)",
            valueName: "records"))
    var explain: Int?

    @Option(
        name: .customLong("cursor-file"),
        help: ArgumentHelp(
            "Keep in this file the cursor of the journal's last entry that is stored, for journalctl --cursor. (default: nowhere)",
            valueName: "file"),
        completion: .file())
    var cursorFile: String?

    func validate() throws {
        if let explain, explain < 1 {
            throw ValidationError("--explain must be at least 1, and is \(explain)")
        }
        if let format, !Self.names.contains(format) {
            throw ValidationError(
                "--format is \(format), and must be one of \(Self.names.joined(separator: ", "))")
        }
        guard map == nil || format == nil else {
            throw ValidationError("--map and --format exclude each other")
        }
        if let system, let fault = Identifier(system).fault { throw ValidationError("--system \(fault)") }
        guard system == nil || format != Self.nativeName else {
            throw ValidationError("--system is for logs of others: audit-query's own lines name their system")
        }
    }

    /// What is wrong with these for the files of a load; nil where nothing is.
    func fault(of files: [String]) -> String? {
        guard cursorFile == nil || format == "journald" && files == ["-"] else {
            return "--cursor-file is for the journal: --format journald, from standard input"
        }
        return nil
    }

    /// What the files are read as.
    ///
    /// - Throws: what is wrong with the mapping.
    func kind() throws(MappingError) -> LogSource.Kind {
        if let map { return .format(LogFormat(try MappingFile(path: map).mapping)) }
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
        [("--format", format), ("--map", map), ("--system", system), ("--time-zone", timeZone)].flatMap {
            name, value in
            value.map { [name, $0] } ?? []
        }
    }
}
