import ArgumentParser
import AuditRecords
import AuditStores
import Evidence
import Files
import Foundation
import QueryService

/// `audit-query retain days`, and `audit-query retain` alone.
struct RetainDays: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "days",
        abstract: "Delete days that are older than a date, or tell which ones: what `retain` alone does.",
        discussion: .help(
            """
            Tells what would be deleted. With --delete it is deleted, for good: there is no way back but a backup.

            Where seal.enabled is true, a day goes only if it is sealed, and read once more it is as it was sealed. The log of
            seals says that the day is deleted before its first record is. It may be stopped at any moment, and the next run
            deletes the rest; a load may go on meanwhile. What comes into a deleted day later is told by `seal` and `verify`.

            Ends with 1 where a day stays that no hold keeps. On DynamoDB without seals, --from must name the first day.

            Examples:
              audit-query retain --before 2024-01-01
              audit-query retain --before 2024-01-01 --delete
              audit-query retain --before -400d --system 'web*' --delete --json
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The first day to stay, as 2024-01-31, or how many days ago, as -400d.", valueName: "day"))
    var before: String
    @Option(help: ArgumentHelp("No earlier day. (default: all)", valueName: "day")) var from: String?
    @Option(
        name: .customLong("system"),
        help: ArgumentHelp(
            "No other system, or those of a pattern such as web*; repeatable. (default: all)",
            valueName: "name"))
    var systems: [String] = []
    @Flag(help: "Delete it.") var delete = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        _ = try Self.day(before, now: TimeSource.system.wall())
        if let from { _ = try SealedDayOption.day(from, "--from") }
        try RetainedSystems.check(systems)
    }

    func run() throws {
        try configurationFile.reporting {
            let settings = try configurationFile.settings()
            guard delete else { return try retain(settings) }
            // The sealer's lock where days are sealed, so that nobody else adds to the log.
            let done = try LocalFile.withLockIfFree(lock(settings)) {
                try retain(settings)
                return true
            }
            guard done != nil else {
                throw ExitStatus.busy.exit(
                    "another `audit-query retain` or `seal` is at work: nothing was deleted here")
            }
        }
    }

    private func lock(_ settings: Settings) throws -> String {
        guard settings.seal.isEnabled else { return try settings.retention.holds.deletionLock() }
        try LocalFile.createFolder(settings.seal.folder.path, mode: 0o750)
        return settings.seal.folder.lockPath
    }

    private func retain(_ settings: Settings) throws {
        let composition = try Composition(
            settings, instruments: Instruments(log: .standardError(settings)))
        // Opened for writing, a file is made where there is none.
        try composition.store(for: .read).records.probe()
        let store = try composition.store(for: delete ? .write : .read)
        let now = TimeSource.system.wall()
        var selection = RetentionRun.Selection(before: try Self.day(before, now: now), words: words)
        selection.from = try from.map { try SealedDayOption.day($0, "--from") }
        if !systems.isEmpty { selection.scope = SystemScope(patterns: systems) }
        selection.deletes = delete
        var report = RetentionReport(before: selection.before, done: delete)
        var run = try RetentionRun(store.removing, try seals(settings), settings.retention, selection)
        do {
            try run.run { report.note($0) }
        } catch {
            // What is done is told before what went wrong.
            try show(report)
            throw error
        }
        if delete { try store.finishWriting() }
        report.onlySealedDays = run.seesSealedDaysAlone
        try show(report)
        if delete, report.isPartial { throw ExitCode(ExitStatus.partial.rawValue) }
    }

    private func show(_ report: RetentionReport) throws {
        if json {
            try Console.output(json: report)
        } else {
            for line in report.lines { try Console.output(line) }
        }
    }

    private func seals(_ settings: Settings) throws -> RetentionRun.Seals? {
        guard settings.seal.isEnabled else { return nil }
        let key =
            delete ? try NoteKeyFile.signingKey(settings.seal.keyFile, make: "audit-query seal key") : nil
        return RetentionRun.Seals(folder: settings.seal.folder, key: key)
    }

    /// What the log says that days were deleted by: no more than fits.
    private var words: String {
        let all =
            (["audit-query retain --before \(before)"] + (from.map { ["--from \($0)"] } ?? [])
            + systems.map { "--system \($0)" }).joined(separator: " ")
        guard all.utf8.count > DaySeal.mostRemovalBytes else { return all }
        return "audit-query retain --before \(before), of \(counted(systems.count, "pattern")) of systems"
    }

    /// A day, or so many days ago: none that is to come.
    static func day(_ text: String, now: Timestamp) throws -> Day {
        let day: Day
        if let match = text.wholeMatch(of: /-([0-9]{1,6})d/) {
            day = Day(daysSince1970: now.day.daysSince1970 - (Int(match.1) ?? 0))
        } else {
            day = try SealedDayOption.day(text, "--before")
        }
        guard day <= now.day else {
            throw ValidationError(
                "--before \(text.printable) is to come: only days that are over are deleted")
        }
        return day
    }
}

/// `--system` of what is deleted or held.
enum RetainedSystems {
    static func check(_ systems: [String]) throws {
        guard systems.count <= SystemScope.maximumCount else {
            throw ValidationError("--system may be given \(SystemScope.maximumCount) times at most")
        }
        for system in systems {
            if let fault = SystemPattern.fault(of: system) {
                throw ValidationError("--system \(system.printable) \(fault)")
            }
        }
    }
}
