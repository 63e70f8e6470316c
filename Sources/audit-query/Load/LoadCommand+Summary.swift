import ArgumentParser
import DynamoDBRecords
import Loading

extension LoadCommand {
    /// Says what has become of all, and ends with what is wrong.
    func say(_ outcome: FileLoading.Outcome, _ store: String, _ report: LoadReport) throws {
        let summary = LoadSummary(counts: outcome.counts, keptCount: report.keptCount, rejects: rejects)
        for warning in summary.warnings { Console.error("audit-query: \(warning)") }
        if !quiet { for text in report.passedOverTexts { Console.error("audit-query: \(text.printable)") } }
        if !quiet, let skipped = report.skippedText { Console.error("audit-query: \(skipped)") }
        // Last, for nothing is said any more where it cannot be written.
        if !quiet { try Console.output(summary.loaded(into: store)) }
        guard outcome.unreadCount == 0 else { throw ExitCode(ExitStatus.badInput.rawValue) }
        if outcome.counts.refused > 0 { throw ExitCode(ExitStatus.partial.rawValue) }
    }
}

extension StoreSettings {
    /// What people call it.
    var place: String {
        switch self {
        case .sqlite(let path, _): path
        case .postgresql(let database): database.place
        case .dynamodb(let table, let regions, _): "table \(table.name) in \(regions.first ?? "no region")"
        }
    }
}
