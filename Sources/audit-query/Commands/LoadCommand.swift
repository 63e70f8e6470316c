import Loading
import DynamoDBRecords
import AuditStores
import ArgumentParser
import LogFormats
import QueryService

/// `audit-query load`: records into the store.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Load audit records into the store.",
        discussion: .help(
            """
            Each line is one JSON object with auditId, timestamp, systemId, userId and resourceId; every other member
            becomes an attribute. What `query --json` and the HTTP interface answer is taken too: pages and records.
            Files may be compressed with gzip or zstd. Of a folder all files are loaded, and of those in it, in the order of
            their names' bytes, and of a zip archive all that is in it; but for what is hidden, and digests of CloudTrail.

            Logs of CloudTrail, Kubernetes, Vault, auditd, Microsoft 365 and others are taken as their producers write them:
            docs/formats.md says how, and --format lists them. Which one a file is, it says itself; where that is not clear,
            nothing of it is loaded and --format is asked for. Entries that are no audit events are counted and named.

            A record with the same system, timestamp and auditId as one in the store, and equal content, changes
            nothing: so a load that was interrupted is mended by repeating it. When one is interrupted (exit code 130)
            or the store fails (69), the message ends with the command line that goes on behind what is stored for sure:
            whatever the format, the files are read again from there, and so many entries left out. One of other content
            replaces what is there, and is reported with the digests of both, on standard error and in the journal
            (journalctl -t audit-query-changes); --no-replace refuses it.

            A line that is no record, or one that the store cannot hold, is reported with its file, its number and all
            that is wrong, and left out; the rest is loaded, and the exit code is 1. Of lines that have the same fault
            five are told, and how many more there are. --rejects keeps all of them.

            DynamoDB bills each record for every 1024 bytes of it, three times with both indexes, and throttles what is
            over the table's capacity: the load then waits and tries again. With --rate it leaves capacity to others.
            The look at what is there costs a read unit for each 4 KB of a record; --unchecked leaves it out.

            Examples:
              audit-query load --config audit-query.yaml january.ndjson february.ndjson.gz
              audit-query load --rate 500 --skip 120000 january.ndjson february.ndjson.gz
              audit-query load --no-replace --rejects refused.ndjson january.ndjson
              audit-query load --format auditd --system web-1 /var/log/audit/audit.log
              audit-query load --config audit-query.yaml AWSLogs/
              audit-query load --follow --checkpoint audit.place /var/log/audit/audit.log
              generate | audit-query load -
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Argument(
        help: ArgumentHelp(
            "Files, folders and zip archives to load; - is standard input.", valueName: "file"),
        completion: .file())
    var files: [String]

    @OptionGroup var log: LogOptions

    @OptionGroup var follow: FollowOptions

    @Option(
        help: ArgumentHelp(
            "Store so many records a second at most. (default: as many as the store takes)",
            valueName: "records"))
    var rate: Int?

    @Option(
        help: ArgumentHelp(
            "Leave out the first entries, which an interrupted load has stored: lines, or events of other logs.",
            valueName: "entries"))
    var skip = 0

    @Flag(
        name: .customLong("no-replace"),
        help: "Refuse a record that would replace one of other content.")
    var keepsStored = false

    @Flag(help: "Do not look at what is there: nobody learns then what is replaced.")
    var unchecked = false

    @Option(
        help: ArgumentHelp(
            "Add the lines that are refused to this file, as they are. (default: they are told only)",
            valueName: "file"),
        completion: .file())
    var rejects: String?

    @Flag(help: "Say nothing but what is wrong.")
    var quiet = false

    func validate() throws {
        if let rate, rate < 1 { throw ValidationError("--rate must be at least 1, and is \(rate)") }
        guard skip >= 0 else { throw ValidationError("--skip must not be negative, and is \(skip)") }
        guard !keepsStored || !unchecked else {
            throw ValidationError("--no-replace and --unchecked exclude each other")
        }
        let goesOnElsewhere = rate != nil || skip > 0 || log.from != nil
        if let fault = follow.fault(of: files, goesOnElsewhere) ?? log.fault(of: files) {
            throw ValidationError(fault)
        }
        guard !follow.isOn || log.explain == nil else {
            throw ValidationError("--explain stores nothing: leave out --follow")
        }
    }

    func run() throws {
        try configurationFile.reporting {
            let settings = try configurationFile.settings()
            let options = try formatOptions()
            let kind = try log.kind()
            if let count = log.explain { return try explain(count, kind, options) }
            let progress = LoadProgress(
                isShown: !quiet && !follow.isOn && Console.isErrorTerminal, skipping: skip)
            let resumption = resumption
            let rejectFile = try openRejects()
            let journal = ChangeJournal(
                store: settings.store.place, environment: settings.environment.rawValue)
            let lines = ToldLines(above: progress)
            let report = LoadReport(lines: lines, rejects: rejectFile, journal: journal)
            let stop = StopRequest()
            Interruption.watch(follow.isOn ? stop : nil) {
                lines.finish()
                progress.clear()
                Console.error("audit-query: interrupted; \(resumption.text(after: progress.position))")
            }
            let composition = try Composition(
                settings, instruments: Instruments(log: .standardError(settings)))
            let store = try composition.store(for: .write)
            try prepare(store, settings.store)
            if follow.isOn { return try followFiles(store, kind, options, report, until: stop) }
            let loading = FileLoading(
                store: store.records, progress: progress, report: report, conflicts: conflicts, rate: rate,
                skip: skip, from: log.from, format: kind, options: options,
                cursor: log.cursorFile.map { JournalCursor(path: $0) })
            let outcome: FileLoading.Outcome
            do throws(StoreError) {
                outcome = try loading.load(files)
            } catch {
                lines.finish()
                progress.clear()
                let text = "\(error); \(resumption.text(after: progress.position))"
                guard report.failure == nil else { throw ExitStatus.outputLost.exit(text) }
                throw StoreError(error.code, text)
            }
            try store.finishWriting()
            progress.clear()
            try say(outcome, store.name, report)
        }
    }

    var conflicts: ConflictRule { unchecked ? .unchecked : keepsStored ? .refuse : .replace }

    private func formatOptions() throws -> FormatOptions {
        do throws(ZoneFileError) {
            return try log.formatOptions()
        } catch {
            throw ExitStatus.usage.exit(error)
        }
    }

    private func openRejects() throws -> RejectFile? {
        guard let rejects else { return nil }
        do throws(RejectFileError) {
            let file = try RejectFile(path: rejects)
            if files.contains(where: { file.isSame(as: $0 == "-" ? "/dev/stdin" : $0) }) {
                throw RejectFileError(sameAs: rejects)
            }
            return file
        } catch {
            throw ExitStatus.badInput.exit(error)
        }
    }

    /// The command to go on with, as this one was called.
    private var resumption: LoadResumption {
        var command = [CommandLine.arguments.first ?? "audit-query", "load"]
        if let path = configurationFile.path { command += ["--config", path] }
        command += log.arguments
        if let rate { command += ["--rate", "\(rate)"] }
        if keepsStored { command.append("--no-replace") }
        if unchecked { command.append("--unchecked") }
        if let rejects { command += ["--rejects", rejects] }
        if quiet { command.append("--quiet") }
        return LoadResumption(command: command, files: files, cursorFile: log.cursorFile)
    }
}
