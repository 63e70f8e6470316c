import Files
import ArgumentParser
import Foundation

/// `audit-query log-level`: from which level on the workers of this host log, for a while.
struct LogLevelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log-level",
        abstract: "Show from which level on the workers of this host log, or set it for a while.",
        discussion: .help(
            """
            Workers take the level within two seconds and without a restart, also those that start meanwhile. When the
            time is over they log as telemetry.log-level says, by themselves. Only who may write in the folder of the
            workers' sockets can set it: on a server that is root. At debug there is a line for each read of the store.

            Examples:
              audit-query log-level
              audit-query log-level debug --for 15m
              audit-query log-level --reset
            """))

    @Argument(help: "debug, info, warning or error; without it the levels are shown.") var level: LogLevel?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long: 90s, 15m, 2h; 24h at most.", valueName: "time"))
    var span = TimeSpan(seconds: 900)

    @Flag(help: "Log as the configuration says, from now on.") var reset = false

    @Option(help: ArgumentHelp("Where the workers' sockets are.", valueName: "path"), completion: .directory)
    var directory = StatusCommand.defaultDirectory

    /// How long workers may take to notice.
    private static let patience = Duration.seconds(5)

    func validate() throws {
        guard level == nil || !reset else {
            throw ValidationError("a level and --reset exclude each other")
        }
    }

    func run() throws {
        try ExitStatus.reporting {
            // Where no worker is, nobody would read it.
            var readings = try StatusReading.all(in: directory)
            if let wanted = try change() {
                let end = ContinuousClock.now + Self.patience
                while !readings.allSatisfy(wanted), .now < end {
                    Thread.sleep(forTimeInterval: 0.2)
                    readings = try StatusReading.all(in: directory)
                }
                try show(readings)
                try report(readings.filter { !wanted($0) })
            } else {
                try show(readings)
                try report(readings.filter { $0.status == nil })
            }
        }
    }

    /// Writes or removes the file that workers look at.
    ///
    /// - Returns: whether a worker has taken it; nil when nothing was to be changed.
    private func change() throws -> ((StatusReading) -> Bool)? {
        let path = "\(directory)/\(LogLevelOverride.fileName)"
        if let level {
            let end = Date(
                timeIntervalSince1970: (Date().timeIntervalSince1970 + Double(span.seconds)).rounded(.up))
            let override = LogLevelOverride(level: level, end: end)
            // For everybody to read: workers are another user than root. It tells nothing.
            try writeTextFile(path, override.text, mode: 0o644)
            return { $0.status?.logLevelUntil == end && $0.status?.logLevel == level.rawValue }
        }
        guard reset else { return nil }
        try removeFile(path)
        return { $0.status != nil && $0.status?.logLevelUntil == nil }
    }

    private func show(_ readings: [StatusReading]) throws(OutputError) {
        var table = Table(["WORKER", "LEVEL", "UNTIL"])
        for reading in readings {
            let end = reading.status?.logLevelUntil.map { $0.formatted(.iso8601) }
            table.add([
                reading.worker, reading.status?.logLevel ?? "?",
                reading.status == nil ? "?" : end ?? "the configuration changes",
            ])
        }
        try table.print()
    }

    private func report(_ others: [StatusReading]) throws {
        for reading in others {
            Console.error(
                reading.failure.map { "audit-query: worker \(reading.worker) does not answer: \($0)" }
                    ?? "audit-query: worker \(reading.worker) has not taken it: its log says why")
        }
        if !others.isEmpty { throw ExitCode(ExitStatus.partial.rawValue) }
    }
}

extension LogLevel: ExpressibleByArgument {}

/// A time as it is typed: a whole number and s, m or h.
struct TimeSpan: ExpressibleByArgument, Equatable {
    let seconds: Int

    init(seconds: Int) {
        self.seconds = seconds
    }

    init?(argument: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
        guard let unit = argument.last.flatMap({ units[$0] }), let number = Int(argument.dropLast()),
            (1...LogLevelOverride.longest / unit).contains(number)
        else { return nil }
        seconds = number * unit
    }

    /// As help shows a default.
    var defaultValueDescription: String { seconds.isMultiple(of: 60) ? "\(seconds / 60)m" : "\(seconds)s" }
}
