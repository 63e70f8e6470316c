import ArgumentParser
import AuditRecords
import AuditStores
import QueryService

/// `audit-query count`: how many records there are, alone or in groups.
struct CountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "count",
        abstract: "Count records, alone or in groups: in the store itself, or at a server by --url.",
        discussion: .help(
            """
            Which records are counted is said as in 'audit-query query', dates and filters included, with the same bounds. The
            count is exact: what one answer cannot tell is asked for in parts, and added up.

            --by is hour, day or month (of UTC), systemId, userId, resourceId, or the path of an attribute, as filters have it:
            details.requestId. Two of them make groups of both. An attribute that is called hour, day or month stands in double
            quotes. Groups by time come in order of time, others by how many records they have.

            A record in which nothing stands at the path, or null or an object, is in a group of its own, which is shown as
            (none) and is an empty field in a pipe. One in which an array stands is in the group of each different element.

            On a terminal, counts by time are drawn beside their numbers, those of zero included. In a pipe a group is a line,
            with tabs between the fields. --json gives what the HTTP interface answers.

            Examples:
              audit-query count --system billing --by day
              audit-query count --from yesterday --to yesterday --by userId --top 10
              audit-query count --system billing --from -7d --by day,outcome
              audit-query count --from -24h --by sourceIp --filter 'outcome eq "failure"'
              audit-query count --url https://audit.example.com --key-file key.txt \\
                --user alice@example.com --by month --json
            """))

    @OptionGroup var configurationFile: ConfigurationOption
    @OptionGroup var server: ServerOption
    @OptionGroup var asked: QuestionOptions

    @Option(
        help: ArgumentHelp(
            "What the groups are made by: hour, day, month, systemId, userId, resourceId, or the path of an attribute; one "
                + "or two, separated by a comma. (default: no groups)", valueName: "keys"),
        completion: PathCompletion.kind(.groups))
    var by: [String] = []
    @Option(
        help: ArgumentHelp(
            "The most groups to list, 1 to 1000. (default: 100; by time alone 1000)", valueName: "count"))
    var top: Int?
    @Flag(help: "Print JSON, as the HTTP interface answers.") var json = false
    @Flag(
        help:
            "Print how the question is answered, and not the count: which index, within what bounds, what is read."
    )
    var explain = false

    func validate() throws {
        guard !explain || server.url == nil else {
            throw ValidationError("--explain is for the store: a server tells nobody how it counts")
        }
        guard server.url != nil, configurationFile.path != nil else { return }
        throw ValidationError("--config is for the store, and --url for a server: give one of them")
    }

    func run() throws {
        let keys = try keys()
        guard server.url != nil else {
            return try configurationFile.reporting {
                let (counts, store) = try stored(by: keys)
                if explain { try tell(how: counts, from: store) } else { try show(counts, by: keys) }
            }
        }
        try ExitStatus.reporting {
            let (parameters, faults) = parameters(by: keys)
            guard faults.isEmpty else { throw Self.usage(faults) }
            guard let server = try server.server() else { return }
            let counts = ServerCounts(
                parameters, by: GroupKey.normalized(keys), top: top(by: keys), of: server)
            try show(counts, by: keys)
        }
    }

    /// What to group by, as it was given.
    private func keys() throws -> [GroupKey] {
        try by.flatMap(RecordColumn.names(in:)).map { name in
            do throws(GroupKeyError) {
                return try GroupKey(Array(name.utf8))
            } catch {
                throw Self.usage(["--by: \(name.printable) \(error.description.printable)"])
            }
        }
    }

    private func top(by keys: [GroupKey]) -> Int {
        let isTime = !keys.isEmpty && keys.allSatisfy { $0.unit != nil }
        return top ?? (isTime ? CountQuery.tops.upperBound : CountQuery.defaultTop)
    }

    private func parameters(by keys: [GroupKey]) -> (QueryParameters, faults: [String]) {
        var (parameters, faults) = asked.parameters()
        if !keys.isEmpty { parameters.by = keys.map(\.description) }
        parameters.top = top(by: keys)
        return (parameters, faults)
    }

    /// Counts, and writes how.
    private func tell(how counts: StoreCounts, from store: ConfiguredStore) throws {
        try QuestionExplanation.print(counts.question.records, in: store, json: json) { trace in
            var counts = counts
            counts.trace = trace
            _ = try counts.total()
        }
    }

    private func stored(by keys: [GroupKey]) throws -> (StoreCounts, ConfiguredStore) {
        let settings = try configurationFile.settings()
        let composition = try Composition(settings, instruments: Instruments(log: .standardError(settings)))
        let store = try composition.store(for: .read)
        // No cursor is made or opened.
        let cursors = try CursorSeal(secret: Array(repeating: 0, count: 32))
        let search = UnrestrictedSearch(store: store.records, cursors: cursors, settings: settings.service)
        let (parameters, faults) = parameters(by: keys)
        let question: CountQuery
        do throws(InvalidQuery) {
            question = try search.count(parameters.list, now: TimeSource.system.wall())
        } catch {
            throw Self.usage(faults + error.errors.map(QueryParameters.fault))
        }
        guard faults.isEmpty else { throw Self.usage(faults) }
        return (StoreCounts(question, search, names: NameInquiry(store, search)), store)
    }

    private func show(_ source: some CountSource, by keys: [GroupKey]) throws {
        let total = try source.total()
        if json {
            try Console.output(Console.isOutputTerminal ? total.json.visibleJSON : total.json)
        } else {
            let table = CountTable(total, by: keys)
            let lines =
                Console.isOutputTerminal
                ? table.lines(width: Console.width ?? Console.usualWidth, bold: Console.bold)
                : table.tabs
            try Console.output(lines.joined(separator: "\n"))
            if total.other.groups > 0 {
                Console.error(
                    "\(counted(total.other.groups, "more group")) with \(total.other.count) in all: --top lists up to "
                        + "\(CountQuery.tops.upperBound).")
            }
        }
        if total.count == 0 { source.remarks(onNothingIn: total).forEach(Console.error) }
    }
}
