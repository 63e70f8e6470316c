import ArgumentParser
import AuditRecords
import Evidence
import Files

/// `audit-query retain holds`
struct RetainHolds: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holds",
        abstract: "List what holds records back from being deleted.",
        discussion: "Example:\n  audit-query retain holds --json")

    @OptionGroup var configurationFile: ConfigurationOption
    @Flag(help: "Print JSON.") var json = false

    private struct Row: Encodable {
        let id: String
        let holds: Bool
        let placed: String
        let systems: [String]
        let reason: String
        /// The operators who have signed that it is lifted.
        let signers: [String]
    }

    func run() throws {
        try configurationFile.reporting {
            let retention = try configurationFile.settings().retention
            let rows = try retention.holds.entries().map { try row($0, retention) }
            guard !json else { return try Console.output(json: rows) }
            guard !rows.isEmpty else { return try Console.output("Nothing is held.") }
            var table = Table(["id", "holds", "placed", "systems", "reason", "signed by"])
            for row in rows {
                table.add([
                    row.id, row.holds ? "yes" : "lifted", row.placed, row.systems.joined(separator: ", "),
                    row.reason, row.signers.joined(separator: ", "),
                ])
            }
            try table.print()
        }
    }

    private func row(_ entry: HoldFolder.Entry, _ retention: RetentionSettings) throws -> Row {
        do throws(NoteFault) {
            let signers = try entry.lifting?.signers(among: retention.operators) ?? []
            return Row(
                id: entry.hold.id, holds: try entry.isInForce(retention.operators),
                placed: String(decoding: entry.hold.placed.text, as: UTF8.self),
                systems: entry.hold.patterns.map(\.description), reason: entry.hold.reason,
                signers: signers.map(\.name))
        } catch {
            throw FileError(retention.holds.liftPath(entry.hold.id), "\(error)")
        }
    }
}
