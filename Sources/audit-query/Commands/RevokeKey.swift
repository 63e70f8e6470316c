import ArgumentParser
import QueryService

/// `audit-query keys revoke`
struct RevokeKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Refuse a key from now on, also one that was rotated.",
        discussion: "Example:\n  audit-query keys revoke key_1x2y3z")

    @OptionGroup var configurationFile: ConfigurationOption

    @Argument(help: "The key's id, as `keys list` shows it.") var id: String

    func run() throws {
        try configurationFile.reporting {
            let file = try configurationFile.settings().keyFile()
            let (key, others) = try file.revoke(id: id, now: TimeSource.system.wall())
            try Console.output(
                "Key \(key.id) (\(key.name.printable)) is revoked; workers refuse it within two seconds")
            guard !others.isEmpty else { return }
            let list = others.map { "\($0.id)\(Self.grace(of: $0))" }.joined(separator: ", ")
            Console.error("audit-query: other keys of this name are still accepted: \(list)")
        }
    }

    private static func grace(of key: APIKey) -> String {
        key.graceEnds.map { " (which was replaced, until \(KeyDate.text($0)))" } ?? ""
    }
}
