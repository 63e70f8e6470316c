import ArgumentParser

/// `audit-query seal`: days that are over, closed for good.
struct SealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract:
            "Close days that are over, so that it is found when a record appears, vanishes or changes.",
        discussion: .help(
            """
            Of each system and day a seal says how many records there are and the root of a Merkle tree over them. Seals
            are the leaves of the installation's own log, whose head is a checkpoint that the key of seal.key-file signs.
            Keep checkpoints where whoever can change the store cannot: they show it when the log is rolled back.
            """),
        subcommands: [SealDays.self, SealKey.self, SealCosign.self], defaultSubcommand: SealDays.self)
}
