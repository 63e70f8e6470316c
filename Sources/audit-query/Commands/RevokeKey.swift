import ArgumentParser
import AuditQuery

/// `audit-query keys revoke`
struct RevokeKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Refuse a key from now on.",
        discussion: "Example:\n  audit-query keys revoke key_1x2y3z")

    @OptionGroup var configurationFile: ConfigurationOption

    @Argument(help: "The key's id, as `keys list` shows it.") var id: String

    func run() throws {
        try ExitStatus.reporting {
            let file = try configurationFile.settings().keyFile()
            let key = try file.revoke(id: id, at: TimeSource.system.wall())
            Console.output("Key \(key.id) (\(key.name)) is revoked; workers refuse it within two seconds")
        }
    }
}
