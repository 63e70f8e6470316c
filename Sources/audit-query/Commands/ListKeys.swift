import AuditRecords
import ArgumentParser
import QueryService

/// `audit-query keys list`
struct ListKeys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the keys and what they may see.")

    @OptionGroup var configurationFile: ConfigurationOption

    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        try configurationFile.reporting {
            let keys = try configurationFile.settings().keyFile().keys()
            let now = TimeSource.system.wall()
            if json { return try printJSON(keys, now) }
            var table = Table(["ID", "NAME", "STATE", "SYSTEMS", "HIDDEN", "CREATED", "EXPIRES"])
            for key in keys {
                table.add([
                    key.id, key.name, Self.stateText(key, now),
                    key.policy.scope.patterns.joined(separator: " "),
                    key.policy.hiddenAttributes.paths.map(\.description).joined(separator: " "),
                    KeyDate.text(key.created), key.expires.map(KeyDate.text) ?? "never",
                ])
            }
            try table.print()
        }
    }

    private func printJSON(_ keys: [APIKey], _ now: Timestamp) throws {
        let listed = keys.map { key in
            Listed(
                id: key.id, name: key.name, state: Self.state(key, now), systems: key.policy.scope.patterns,
                hiddenAttributes: key.policy.hiddenAttributes.paths.map(\.description),
                created: KeyDate.text(key.created), expires: key.expires.map(KeyDate.text),
                graceEnds: key.graceEnds.map(KeyDate.text), revoked: key.revoked.map(KeyDate.text))
        }
        try Console.output(json: listed)
    }

    private struct Listed: Encodable {
        let id, name, state: String
        let systems, hiddenAttributes: [String]
        let created: String
        let expires, graceEnds, revoked: String?
    }

    private static func state(_ key: APIKey, _ now: Timestamp) -> String {
        if key.revoked != nil || key.graceEnds.map({ $0 <= now }) == true { return "revoked" }
        return key.isValid(at: now) ? "valid" : "expired"
    }

    /// The state, with the end of a grace that runs.
    private static func stateText(_ key: APIKey, _ now: Timestamp) -> String {
        guard key.isValid(at: now), let end = key.graceEnds else { return state(key, now) }
        return "valid, replaced, until \(KeyDate.text(end))"
    }
}
