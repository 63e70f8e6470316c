import ArgumentParser
import Evidence

/// `audit-query seal key`
struct SealKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make the key that signs the log of seals, or a witness's.",
        discussion: .help(
            """
            The private key goes into seal.key-file, readable for its owner only; the public key beside it, in a file that
            ends in .pub, and on standard output. Give the public key to whoever is to verify. A key is never replaced.

            Examples:
              audit-query seal key
              audit-query seal key --witness witness.example.com/w1 --file witness.key
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(
        help: ArgumentHelp(
            "Make a witness's key of this name, for `seal cosign`. (default: the log's own key)",
            valueName: "name"))
    var witness: String?
    @Option(
        help: ArgumentHelp("The file to make. (default: seal.key-file)", valueName: "file"),
        completion: .file())
    var file: String?

    func validate() throws {
        guard (witness == nil) == (file == nil) else {
            throw ValidationError(
                "--witness and --file go together: the log's own key is made where seal.key-file says")
        }
    }

    func run() throws {
        try configurationFile.reporting {
            if let witness, let file {
                try Console.output("\(NoteKeyFile.make(file, name: witness, kind: .cosignature))")
                return
            }
            let seal = try configurationFile.settings().seal
            guard !seal.origin.isEmpty else {
                throw SettingsError(
                    description: "seal.origin is not set: it names the key, such as audit.example.com/prod")
            }
            try Console.output("\(NoteKeyFile.make(seal.keyFile, name: seal.origin, kind: .note))")
        }
    }
}
