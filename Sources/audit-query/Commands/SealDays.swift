import ArgumentParser
import AuditRecords
import AuditStores
import Evidence
import Files
import Foundation
import QueryService

/// `audit-query seal days`, and `audit-query seal` alone.
struct SealDays: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "days",
        abstract: "Seal what is over: what `seal` alone does, and the timer audit-query-seal.",
        discussion: .help(
            """
            Closes each day (UTC) of each system that ended seal.after-hours ago and has records. What is sealed already is
            looked at again where it has another number of records, as far as the store can count by an index, and with
            --again in any case. Where it is not as it was sealed, that is told, and a new seal names the old one and what
            differs. Records that came late end with 0 all the same; what vanished or changed ends with 1, and so do records of a
            day that `retain` has deleted.

            Without --from, --system and --again it then reads days again that earlier runs have sealed, in turns: 1,000,000
            records or one day at least, of DynamoDB 20,000. So what was replaced under its key is found within some runs.

            It may be stopped at any moment: what it had not finished, the next run does. Two do not run at once.
            On DynamoDB the last 31 days are looked at, unless --from names an earlier one.

            Examples:
              audit-query seal
              audit-query seal days --from 2024-01-01 --again
              audit-query seal days --system billing --json
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(help: ArgumentHelp("The first day, as 2024-01-31. (default: all)", valueName: "day"))
    var from: String?
    @Option(
        name: .customLong("system"),
        help: ArgumentHelp("No other system; repeatable. (default: all)", valueName: "name"))
    var systems: [String] = []
    @Flag(help: "Read all sealed days again, and not only those whose number of records is another.")
    var again = false
    @Flag(help: "Print JSON, a line for each seal.") var json = false

    func validate() throws {
        if let from { _ = try SealedDayOption.day(from, "--from") }
        for system in systems {
            if let fault = Identifier(system).fault {
                throw ValidationError("--system \(system.printable) \(fault)")
            }
        }
    }

    func run() throws {
        Niceness.yieldToWorkers()
        try configurationFile.reporting {
            let settings = try configurationFile.settings()
            guard settings.seal.isEnabled else {
                throw SettingsError(
                    description: "seal.enabled is false: set it, and seal.origin, and make a key with "
                        + "`audit-query seal key`")
            }
            try LocalFile.createFolder(settings.seal.folder.path, mode: 0o750)
            let done = try LocalFile.withLockIfFree(settings.seal.folder.lockPath) {
                try seal(settings)
            }
            guard let isClean = done else {
                throw ExitStatus.busy.exit("another `audit-query seal` is at work: nothing was sealed here")
            }
            if !isClean { throw ExitCode(ExitStatus.partial.rawValue) }
        }
    }

    /// Whether no record vanished or changed.
    private func seal(_ settings: Settings) throws -> Bool {
        let key = try NoteKeyFile.signingKey(settings.seal.keyFile, make: "audit-query seal key")
        let composition = try Composition(
            settings, instruments: Instruments(log: .standardError(settings)))
        let store = try composition.store(for: .read)
        let now = TimeSource.system.wall()
        var selection = SealRun.Selection(
            horizon: now.advanced(bySeconds: -3600 * Int64(settings.seal.hours)))
        selection.from = try from.map { try SealedDayOption.day($0, "--from") }
        selection.systems = systems.isEmpty ? nil : systems.map { Identifier($0) }
        selection.readsAgain = again
        var run = try SealRun(store.records, into: settings.seal.folder, key: key, selection)
        var (sealed, isClean) = (0, true)
        let tell = { (index: Int, seal: DaySeal, difference: DayDifference?) in
            sealed += 1
            if let difference, !difference.counts.isOnlyLate { isClean = false }
            let report = SealReport(index, seal, difference)
            if json {
                try Console.output(json: report, isPretty: false)
            } else {
                for line in report.lines { try Console.output(line) }
            }
        }
        try run.run(
            appeared: { subject in
                isClean = false
                Console.error("audit-query: \(Self.appeared(subject))")
            }, tell)
        try readInTurns(&run, settings.seal.folder, tell)
        if !json, sealed == 0, isClean { try Console.output("No day is to be sealed.") }
        return isClean
    }

    /// So many records are read again by a run: of a store that reads for nothing, and of one that takes money for it.
    private static let (recordsAgain, paidRecordsAgain) = (1_000_000, 20_000)

    /// What the timer's run does besides: each sealed day has its turn to be read again.
    private func readInTurns(
        _ run: inout SealRun, _ folder: SealFolder, _ tell: (Int, DaySeal, DayDifference?) throws -> Void
    ) throws {
        guard from == nil, systems.isEmpty, !again else { return }
        let records = try run.countsByIndex() ? Self.recordsAgain : Self.paidRecordsAgain
        let next = try run.readAgain(from: folder.turn?.next ?? 0, records: records, tell)
        let turn = SealTurn(ended: TimeSource.system.wall(), next: next)
        try LocalFile.replace(folder.turnPath, with: turn.text, mode: 0o640)
    }

    private static func appeared(_ subject: SealedDay) -> String {
        "\(subject.description.printable) was deleted by `audit-query retain`, and has records: those that a run which was stopped "
            + "had not deleted yet go with the next one; others are named by `audit-query verify`"
    }
}

/// A day on the command line.
enum SealedDayOption {
    static func day(_ text: String, _ option: String) throws -> Day {
        do throws(TimestampError) {
            return try Day.parse(Array(text.utf8))
        } catch {
            throw ValidationError("\(option) \(text.printable) is no day such as 2024-01-31")
        }
    }
}
