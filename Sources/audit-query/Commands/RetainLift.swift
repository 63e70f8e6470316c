import ArgumentParser
import Evidence
import Files
import QueryService

/// `audit-query retain lift`
struct RetainLift: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lift",
        abstract: "Sign that a hold is lifted; it is when two operators have.",
        discussion: .help(
            """
            The first operator says why, and signs; the second one signs the same, which is printed. Each has a key of their own,
            made by `retain key`, whose public key is in retain.operators. Both signatures stay beside the hold.

            Examples:
              audit-query retain lift 0a1b2c3d4e5f6071 --key alice.key \\
                --reason 'case 2026-17 is closed'
              audit-query retain lift 0a1b2c3d4e5f6071 --key bob.key
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Argument(help: "The hold's id, as `retain holds` shows it.") var id: String
    @Option(help: ArgumentHelp("The operator's private key.", valueName: "file"), completion: .file())
    var key: String
    @Option(
        help: ArgumentHelp(
            "Why: one line, which who signs first gives. (default: the first operator's)", valueName: "text"))
    var reason: String?

    func validate() throws {
        if let reason, let fault = Hold.fault(ofReason: reason) { throw ValidationError("--reason \(fault)") }
    }

    func run() throws {
        try configurationFile.reporting {
            let retention = try configurationFile.settings().retention
            let key = try NoteKeyFile.signingKey(
                self.key, make: "audit-query retain key --operator NAME --file \(self.key)")
            guard retention.operators.contains(key.verifier) else {
                throw SettingsError(
                    description: "the key \(key.verifier) is not in retain.operators: nothing was signed")
            }
            try retention.holds.alone { try lift(retention, key) }
        }
    }

    private func lift(_ retention: RetentionSettings, _ key: SigningKey) throws {
        guard let entry = try retention.holds.entries().first(where: { $0.hold.id == id }) else {
            throw FileError(
                retention.holds.path, "has no hold \(id.printable): `audit-query retain holds` lists them")
        }
        let path = retention.holds.liftPath(entry.hold.id)
        do {
            var lifting = try lifting(of: entry)
            try lifting.sign(with: key)
            let signers = try lifting.signers(among: retention.operators)
            try retention.holds.keep(lifting, of: entry.hold)
            try Console.output("hold \(entry.hold.id): \(entry.hold.reason.printable)")
            try Console.output("lifted because: \(lifting.reason.printable)")
            let names = signers.map(\.name).joined(separator: ", ")
            try Console.output(
                signers.count >= HoldLifting.neededSigners
                    ? "signed by \(names): it is lifted"
                    : "signed by \(names): it holds until another operator signs too")
        } catch let fault as NoteFault {
            throw FileError(path, "\(fault)")
        }
    }

    /// What another operator has begun, or what this one begins.
    private func lifting(of entry: HoldFolder.Entry) throws -> HoldLifting {
        if let begun = entry.lifting, begun.digest == entry.hold.digest {
            guard let reason, reason != begun.reason else { return begun }
            throw FileError(
                "--reason",
                "is another one than was signed already: \(begun.reason.printable). Sign that, without --reason"
            )
        }
        guard let reason else {
            throw FileError("--reason", "is missing: who signs first says why")
        }
        return try HoldLifting(entry.hold, because: reason)
    }
}
