import ArgumentParser
import Evidence

/// `audit-query seal key`
struct SealKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make the key that signs the log of seals, a witness's, or an exporter's.",
        discussion: .help(
            """
            The private key goes into seal.key-file, readable for its owner only; the public key beside it, in a file that
            ends in .pub, and on standard output. Give the public key to whoever is to verify. A key is never replaced.

            Examples:
              audit-query seal key
              audit-query seal key --witness witness.example.com/w1 --file witness.key
              audit-query seal key --exporter audit.example.com/exports --file export.key
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(
        help: ArgumentHelp(
            "Make a witness's key of this name, for `seal cosign`. (default: the log's own key)",
            valueName: "name"))
    var witness: String?
    @Option(
        help: ArgumentHelp(
            "Make a key of this name that signs exports, for `export --sign-key`. (default: the log's own key)",
            valueName: "name"))
    var exporter: String?
    @Option(
        help: ArgumentHelp("The file to make. (default: seal.key-file)", valueName: "file"),
        completion: .file())
    var file: String?

    func validate() throws {
        guard witness == nil || exporter == nil else {
            throw ValidationError("--witness and --exporter are two keys: make one after the other")
        }
        guard ((witness ?? exporter) == nil) == (file == nil) else {
            throw ValidationError(
                "--file goes with --witness or --exporter: the log's own key is made where seal.key-file says"
            )
        }
    }

    func run() throws {
        try configurationFile.reporting {
            if let name = witness ?? exporter, let file {
                let kind: SignatureKind = witness == nil ? .note : .cosignature
                return try Console.output("\(NoteKeyFile.make(file, name: name, kind: kind))")
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
