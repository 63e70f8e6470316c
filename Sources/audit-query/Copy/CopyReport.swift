import ArgumentParser
import AuditRecords
import Evidence

/// What is said of a copy, or of a comparison, at its end.
struct CopyReport {
    private let outcome: CopyRun.Outcome
    private let source: String
    private let target: String
    private let isCopy: Bool

    /// So many days that differ are named in lines; as JSON, all.
    private static let mostNamed = 20

    init(_ outcome: CopyRun.Outcome, from source: String, to target: String, isCopy: Bool) {
        (self.outcome, self.source, self.target, self.isCopy) = (outcome, source, target, isCopy)
    }

    /// A copy is right when all is there; a comparison, when both are alike.
    private var isRight: Bool { isCopy ? outcome.isWhole : outcome.differences.isEmpty }

    /// Says it, and ends with 1 where something is missing.
    func tell(json: Bool, quiet: Bool) throws {
        if json {
            try Console.output(json: verdict)
        } else {
            for line in lines { Console.error("audit-query: \(line)".printable) }
            if !quiet || !isRight { try Console.output(summary.printable) }
        }
        if !isRight { throw ExitCode(ExitStatus.partial.rawValue) }
    }

    private var summary: String {
        let compared =
            "\(counted(outcome.recordCount, "record")) of \(counted(outcome.dayCount, "day")) are in both"
        let copied = isCopy ? "\(counted(outcome.new, "record")) copied, \(outcome.replaced) replaced; " : ""
        let differing = outcome.differences.count
        let end =
            differing == 0
            ? "no day differs"
            : isRight
                ? "\(counted(differing, "day")) differ, as said above" : "\(counted(differing, "day")) differ"
        return "\(copied)\(compared), \(source) and \(target); \(end)"
    }

    private var lines: [String] {
        var lines = outcome.differences.prefix(Self.mostNamed).map { day, difference in
            var parts: [String] = []
            if difference.missing > 0 {
                let isOpen = day.day >= outcome.open
                parts.append(
                    "\(counted(difference.missing, "record")) missing\(isOpen ? ", which arrive" : "")")
            }
            if difference.different > 0 { parts.append("\(difference.different) of other content") }
            if difference.extra > 0 { parts.append("\(difference.extra) only in \(target)") }
            return "\(day): \(parts.joined(separator: ", "))"
        }
        let more = outcome.differences.count - lines.count
        if more > 0 { lines.append("and \(counted(more, "day")) more (--json names all)") }
        if outcome.refused > 0 {
            lines.append("\(counted(outcome.refused, "record")) cannot be kept in \(target), as said above")
        }
        return lines
    }

    private var verdict: Verdict {
        Verdict(
            ok: isRight, records: outcome.recordCount, days: outcome.dayCount, copied: outcome.new,
            replaced: outcome.replaced, refused: outcome.refused,
            differing: outcome.differences.map { day, difference in
                Verdict.Day(
                    systemId: day.systemId.description, day: String(decoding: day.day.text, as: UTF8.self),
                    missing: difference.missing, different: difference.different, extra: difference.extra)
            })
    }

    private struct Verdict: Encodable {
        struct Day: Encodable {
            let systemId, day: String
            let missing, different, extra: Int
        }

        let ok: Bool
        let records, days, copied, replaced, refused: Int
        let differing: [Day]
    }
}
