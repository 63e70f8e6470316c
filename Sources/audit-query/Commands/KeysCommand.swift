import ArgumentParser

/// `audit-query keys`: the keys that clients send.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make, list, revoke and rotate API keys.",
        discussion: .help(
            """
            The key file holds digests only: a key is shown once, when it is made. Workers notice a change within two
            seconds.
            """),
        subcommands: [CreateKey.self, ListKeys.self, RevokeKey.self, RotateKey.self])
}
