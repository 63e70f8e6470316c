import ArgumentParser
import QueryService

/// Which records are asked for, in the commands that ask for some.
struct QuestionOptions: ParsableArguments {
    @OptionGroup var records: RecordOptions
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The first time that is searched. (default: the beginning; for --system alone 30 days, for no id 24 hours before the end)",
            valueName: "date")) var from: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The last time that is searched, inclusive. (default: no end; for --system alone and for no id, now)",
            valueName: "date")) var to: String?
    @Option(
        help: ArgumentHelp(
            "Whose days and clocks: Europe/Berlin, +02:00, UTC, or local. (default: UTC)", valueName: "zone"))
    var timeZone: LocalTime?

    /// What is asked, and what is wrong with its dates, which are left out then.
    func parameters() -> (QueryParameters, faults: [String]) {
        let now = TimeSource.system.wall()
        var faults: [String] = []
        func date(_ option: String, _ text: String?) -> DateExpression? {
            guard let text else { return nil }
            do throws(DateExpressionError) {
                return try DateExpression(
                    text, now: now, clock: timeZone ?? .utc, mayBeLocal: timeZone != nil)
            } catch {
                faults.append("\(option): \(error)")
                return nil
            }
        }
        let (start, end) = (date("--from", from), date("--to", to))
        var parameters = records.parameters
        (parameters.startDate, parameters.endDate) = (start?.startText, end?.endText)
        return (parameters, faults)
    }
}

extension ParsableCommand {
    /// What ends a command where its options are wrong.
    static func usage(_ lines: [String]) -> ExitCode {
        ExitStatus.usage.exit(
            lines.joined(separator: "\n")
                + "\nSee 'audit-query \(configuration.commandName ?? "") --help' for more information.")
    }
}
