import ArgumentParser
import AuditQuery

/// `audit-query load`: records into the store.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Load audit records into the store.",
        discussion: """
            Each line is one JSON object with auditId, timestamp, systemId, userId and resourceId; every other member
            becomes an attribute. Files may be compressed with gzip. A record with the same system, timestamp and
            auditId as one in the store replaces it, so loading a file again changes nothing, and a load that was
            interrupted is mended by repeating it.

            A line that is no record is reported with its file and number and left out; the rest is loaded, and the
            exit code is 1.

            Examples:
              audit-query load --config audit-query.yaml january.ndjson february.ndjson.gz
              generate | audit-query load -
            """)

    @OptionGroup var configurationFile: ConfigurationOption

    @Argument(
        help: ArgumentHelp("Files to load; - is standard input.", valueName: "file"), completion: .file())
    var files: [String]

    @Flag(help: "Say nothing but what is wrong.")
    var quiet = false

    func run() throws {
        try ExitStatus.reporting {
            let settings = try configurationFile.settings()
            let progress = LoadProgress(isShown: !quiet && Console.isErrorTerminal)
            Interruption.watch {
                progress.clear()
                Console.error(
                    "audit-query: interrupted; \(progress.storedCount) records are stored. "
                        + "Repeat the same command to load the rest.")
            }
            let composition = try Composition(settings, log: .standardError(settings))
            let store = try composition.store(for: .write)
            try store.records.probe()
            let outcome = try FileLoading(store: store.records, progress: progress).load(files)
            try store.finishWriting()
            progress.clear()
            if !quiet {
                Console.output("\(outcome.storedCount) records loaded into \(store.name)")
            }
            if outcome.badCount > 0 { Console.error("audit-query: \(outcome.badCount) lines were left out") }
            for failure in outcome.readFailures { Console.error("audit-query: \(failure)") }
            guard outcome.readFailures.isEmpty else { throw ExitCode(ExitStatus.badInput.rawValue) }
            if outcome.badCount > 0 { throw ExitCode(ExitStatus.partial.rawValue) }
        }
    }
}
