import ArgumentParser
import QueryService

/// Which records are asked for, in the commands that ask for some.
struct QuestionOptions: ParsableArguments {
    @Option(help: "Who did it. (default: whoever)") var user: String?
    @Option(help: "Which system wrote the record. (default: whichever)") var system: String?
    @Option(help: "What it was done to. (default: whatever)") var resource: String?
    @Option(
        help: ArgumentHelp(
            "What a record must say besides, such as 'outcome eq \"failure\"'. (default: whatever)",
            valueName: "expression"),
        completion: PathCompletion.kind(.filter))
    var filter: String?
    @Option(
        help: ArgumentHelp(
            "1 to 8 words that must all stand in a record, whatever their case. (default: none)",
            valueName: "words"))
    var search: String?
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
        let parameters = QueryParameters(
            userId: user, systemId: system, resourceId: resource, startDate: start?.startText,
            endDate: end?.endText, filter: filter, search: search)
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
