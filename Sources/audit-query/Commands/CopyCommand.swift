import ArgumentParser
import AuditStores
import Evidence
import Foundation

/// `audit-query copy`: from one store to another.
struct CopyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy all records from one store to another, and hold both against each other.",
        discussion: .help(
            """
            Reads the store that one configuration names and writes what is missing into that of another: between any two of
            the embedded store, PostgreSQL and DynamoDB. It goes through each system's days, walks through both stores in
            order, and writes what the second one does not have, or has otherwise. Each day is walked through again until
            nothing is missing, so what it ends with is held against the source record by record. Stopped or killed at any
            moment it is repeated: what is there is compared, and not written again.

            Records may arrive meanwhile. It passes again over days that got more, and ends with the first pass behind which
            only days get more that were not over when the pass began. So: copy while the old store is written to, have the
            loaders write to the new one, and copy once more.

            --verify compares and writes nothing; its exit code is 1 where the stores are not alike, also where the second
            one has more. The days of a DynamoDB table are found by scans of all of it (dynamodb:Scan), at --scan-rate.
            Variables AUDIT_QUERY_STORE_… would stand before both configurations, and are refused.

            Exit codes: 0 all is there; 1 something is not, and is named; 69 a store does not answer; 78 a configuration is wrong;
            130 interrupted.

            Examples:
              audit-query copy --from /etc/audit-query/audit-query.yaml --to postgresql.yaml
              audit-query copy --from sqlite.yaml --to postgresql.yaml --verify --json
            """))

    @Option(
        help: ArgumentHelp("The configuration of the store that is read.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var from: String

    @Option(
        help: ArgumentHelp("The configuration of the store that is written.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var to: String

    @Flag(help: "Compare, and write nothing.") var verify = false

    @Option(
        help: ArgumentHelp("Records a second at most. (default: as many as the store takes)", valueName: "n"))
    var rate: Int?

    @Option(
        help: ArgumentHelp(
            "Read units a second that a scan of a DynamoDB table may take.", valueName: "units"))
    var scanRate = 500

    @Flag(help: "Print what came of it as JSON.") var json = false

    @Flag(name: .shortAndLong, help: "Say nothing of what goes well.") var quiet = false

    func validate() throws {
        if let rate, rate < 1 { throw ValidationError("--rate must be at least 1, and is \(rate)") }
        guard (1...1_000_000).contains(scanRate) else {
            throw ValidationError("--scan-rate must be from 1 to 1000000, and is \(scanRate)")
        }
        guard !verify || rate == nil else {
            throw ValidationError("--rate is for what is written, and --verify writes nothing")
        }
    }

    func run() throws {
        try ExitStatus.reporting {
            let environment = ProcessInfo.processInfo.environment
            let source = try CopyEnd(from, option: "--from", environment: environment, scanRate: scanRate)
            let target = try CopyEnd(to, option: "--to", environment: environment, scanRate: scanRate)
            guard source.settings.store != target.settings.store else {
                throw SettingsError(description: "--from and --to name the same store, \(source.store.name)")
            }
            let progress = LoadProgress(isShown: !quiet && Console.isErrorTerminal)
            let lines = ToldLines(above: progress)
            let isShown = !quiet && Console.isErrorTerminal
            Interruption.watch {
                lines.finish()
                Console.error("audit-query: interrupted; the same command goes on")
            }
            let run = CopyRun(from: source, to: target) { number, count, day in
                guard isShown else { return }
                Console.errorInPlace("\(number) of \(counted(count, "day")): \(day)".printable)
            }
            try source.records.probe()
            let outcome = try verify ? run.verify() : copy(run, target, lines)
            if isShown { Console.errorInPlace("") }
            try CopyReport(outcome, from: source.store.name, to: target.store.name, isCopy: !verify)
                .tell(json: json, quiet: quiet)
        }
    }

    private func copy(_ run: CopyRun, _ target: CopyEnd, _ lines: ToldLines) throws -> CopyRun.Outcome {
        let journal = ChangeJournal(
            store: target.settings.store.place, environment: target.settings.environment.rawValue)
        let loading = CopyLoading(
            into: try target.writer(), rate: rate,
            report: LoadReport(lines: lines, rejects: nil, journal: journal))
        do {
            let outcome = try run.copy(by: loading)
            try loading.finish()
            return outcome
        } catch let error as StoreError {
            lines.finish()
            throw StoreError(error.code, "\(error); the same command goes on")
        }
    }
}
