import AuditRecords
import ArgumentParser
import QueryService

/// `audit-query keys rotate`
struct RotateKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Replace a key by a new one with the same name and policy.",
        discussion: .help(
            """
            The old key is refused at once, or after --grace minutes, in which its users change over; `keys list` shows
            when, and `keys revoke` ends it before. Cursors go on working with the new key, since its policy is the same.

            Example:
              audit-query keys rotate key_1x2y3z --grace 60
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Argument(help: "The old key's id, as `keys list` shows it.") var id: String

    @Option(help: ArgumentHelp("Minutes for which the old key is still accepted.", valueName: "minutes"))
    var grace = 0

    func validate() throws {
        guard (0...525_600).contains(grace) else {
            throw ValidationError("--grace must be from 0 to 525600 minutes")
        }
    }

    func run() throws {
        try configurationFile.reporting {
            let file = try configurationFile.settings().keyFile()
            let secret = try NewAPIKey()
            let now = TimeSource.system.wall()
            let end = grace == 0 ? nil : now.advanced(bySeconds: Int64(grace) * 60)
            let refusal = end.map { "from \(KeyDate.text($0)) on" } ?? "at once"
            _ = try file.rotate(id: id, to: secret, graceEnds: end, now: now) { key throws(ExitCode) in
                try secret.show(
                    "Key \(key.id) (\(key.name.printable)) takes the place of \(id), which is refused \(refusal)."
                )
            }
        }
    }
}
