import ArgumentParser

/// `audit-query retain`: how long records are kept.
struct RetainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retain",
        abstract: "Delete records whose time is over, and hold back what must not be deleted.",
        discussion: .help(
            """
            Whole days (UTC) of systems are deleted, none that somebody holds, and where days are sealed none that is not as it
            was sealed. The seals stay, and the log of seals says what was deleted, when and by what: so `verify` explains what
            is not there, and tells of anything else that is missing.
            """),
        subcommands: [
            RetainDays.self, RetainHold.self, RetainLift.self, RetainHolds.self, RetainKey.self,
        ], defaultSubcommand: RetainDays.self)
}
