import ArgumentParser
import AuditQuery

/// `audit-query load`: records into the store.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Load audit records into the store.",
        discussion: .help(
            """
            Each line is one JSON object with auditId, timestamp, systemId, userId and resourceId; every other member
            becomes an attribute. Files may be compressed with gzip. A record with the same system, timestamp and
            auditId as one in the store replaces it, so loading a file again changes nothing, and a load that was
            interrupted is mended by repeating it. When one is interrupted (exit code 130) or the store fails (69), the
            message ends with the command line that goes on behind the lines that are stored for sure.

            A line that is no record, or one that the store cannot hold, is reported with its file and number and left
            out; the rest is loaded, and the exit code is 1.

            DynamoDB bills each record for every 1024 bytes of it, three times with both indexes, and throttles what is
            over the table's capacity: the load then waits and tries again. With --rate it leaves capacity to others.

            Examples:
              audit-query load --config audit-query.yaml january.ndjson february.ndjson.gz
              audit-query load --rate 500 --skip 120000 january.ndjson february.ndjson.gz
              generate | audit-query load -
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Argument(
        help: ArgumentHelp("Files to load; - is standard input.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "Store so many records a second at most. (default: as many as the store takes)",
            valueName: "records"))
    var rate: Int?

    @Option(
        help: ArgumentHelp(
            "Leave out the first lines of the first file, which an interrupted load has stored.",
            valueName: "lines"))
    var skip = 0

    @Flag(help: "Say nothing but what is wrong.")
    var quiet = false

    func validate() throws {
        if let rate, rate < 1 { throw ValidationError("--rate must be at least 1, and is \(rate)") }
        guard skip >= 0 else { throw ValidationError("--skip must not be negative, and is \(skip)") }
    }

    func run() throws {
        try configurationFile.reporting {
            let settings = try configurationFile.settings()
            let progress = LoadProgress(isShown: !quiet && Console.isErrorTerminal, skipping: skip)
            let resumption = resumption
            Interruption.watch {
                progress.clear()
                Console.error("audit-query: interrupted; \(resumption.text(after: progress.position))")
            }
            let composition = try Composition(
                settings, instruments: Instruments(log: .standardError(settings)))
            let store = try composition.store(for: .write)
            try store.records.probe()
            let loading = FileLoading(store: store.records, progress: progress, rate: rate, skip: skip)
            let outcome: FileLoading.Outcome
            do throws(StoreError) {
                outcome = try loading.load(files)
            } catch {
                progress.clear()
                throw StoreError(error.code, "\(error); \(resumption.text(after: progress.position))")
            }
            try store.finishWriting()
            progress.clear()
            if !quiet { try Console.output("\(outcome.storedCount) records loaded into \(store.name)") }
            if outcome.badCount > 0 { Console.error("audit-query: \(outcome.badCount) lines were left out") }
            guard outcome.unreadCount == 0 else { throw ExitCode(ExitStatus.badInput.rawValue) }
            if outcome.badCount > 0 { throw ExitCode(ExitStatus.partial.rawValue) }
        }
    }

    /// The command to go on with, as this one was called.
    private var resumption: LoadResumption {
        var command = [CommandLine.arguments.first ?? "audit-query", "load"]
        if let path = configurationFile.path { command += ["--config", path] }
        if let rate { command += ["--rate", "\(rate)"] }
        if quiet { command.append("--quiet") }
        return LoadResumption(command: command, files: files)
    }
}
