import ArgumentParser
import AuditRecords
import Cryptography
import Evidence
import QueryService

/// `audit-query retain hold`
struct RetainHold: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Hold back what systems have from being deleted, until two operators lift it.",
        discussion: .help(
            """
            Nothing of the systems is deleted from then on, whatever its age. Where a deletion is under way, it waits until what
            has begun is done. Two keys of retain.operators lift it: see `retain lift`. Prints the hold's id.

            Example:
              audit-query retain hold --system billing --system 'web*' \\
                --reason 'case 2026-17'
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(
        name: .customLong("system"),
        help: ArgumentHelp("A system, or those of a pattern such as web*; repeatable.", valueName: "name"))
    var systems: [String]
    @Option(help: ArgumentHelp("Why: one line.", valueName: "text")) var reason: String

    func validate() throws {
        guard !systems.isEmpty else { throw ValidationError("--system is missing: '*' stands for all") }
        try RetainedSystems.check(systems)
        if let fault = Hold.fault(ofReason: reason) { throw ValidationError("--reason \(fault)") }
    }

    func run() throws {
        try configurationFile.reporting {
            let retention = try configurationFile.settings().retention
            let hold = try Hold(
                on: systems.map { SystemPattern($0) }, because: reason, at: TimeSource.system.wall(),
                salt: randomBytes(16))
            try retention.holds.add(hold)
            if retention.operators.count < HoldLifting.neededSigners {
                Console.error(
                    "audit-query: warning: nobody can lift it yet: retain.operators has \(counted(retention.operators.count, "key")), "
                        + "and \(HoldLifting.neededSigners) are needed")
            }
            try Console.output(hold.id)
        }
    }
}
