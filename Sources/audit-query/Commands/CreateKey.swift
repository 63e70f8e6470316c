import ArgumentParser
import AuditQuery

/// `audit-query keys create`
struct CreateKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a key. It is printed once, alone on standard output.",
        discussion: """
            Examples:
              audit-query keys create --name auditors
              audit-query keys create --name billing-team --system billing --system 'invoices-*' --hide sourceIp \\
                --expires 2026-12-31
            """)

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(help: "What people call the key: who uses it.")
    var name: String

    @Option(
        name: .customLong("system"),
        help: ArgumentHelp(
            "A system that it may see, or a prefix ending in *; all when none is given.", valueName: "name"))
    var systems: [String] = []

    @Option(
        name: .customLong("hide"),
        help: ArgumentHelp("An attribute to leave out of every record.", valueName: "attribute"))
    var hidden: [String] = []

    @Option(help: ArgumentHelp("The last day (UTC) or instant on which it is accepted.", valueName: "date"))
    var expires: String?

    func validate() throws {
        guard !name.isEmpty else { throw ValidationError("--name must not be empty") }
        guard systems.count <= 100 else {
            throw ValidationError("--system can be given at most 100 times: use prefixes")
        }
        for system in systems {
            if let fault = Identifier(system).fault {
                throw ValidationError("--system \(system.printable) \(fault)")
            }
        }
        let ownMembers = ["id", "auditId", "timestamp", "systemId", "userId", "resourceId", "attributes"]
        for attribute in hidden where attribute.isEmpty || ownMembers.contains(attribute) {
            throw ValidationError(
                "--hide \(attribute): only members of a record's attributes can be hidden, such as sourceIp")
        }
        if let expires, let end = try KeyDate.instant(expires, option: "--expires"),
            end <= TimeSource.system.wall()
        {
            throw ValidationError("--expires \(expires) has passed already: no such key would be accepted")
        }
    }

    func run() throws {
        let expiry = try KeyDate.instant(expires, option: "--expires")
        try ExitStatus.reporting {
            let file = try configurationFile.settings().keyFile()
            let secret = try NewAPIKey()
            let policy = Policy(
                scope: systems.isEmpty ? .all : SystemScope(patterns: systems),
                hiddenAttributes: Set(hidden.map { Identifier($0) }))
            let key = try file.add(
                secret, name: name, policy: policy, expires: expiry, now: TimeSource.system.wall())
            Console.error("Key \(key.id) (\(name)) is in \(file.path). It is shown now and never again:")
            Console.output(secret.secret)
        }
    }
}

/// Dates on the command line.
enum KeyDate {
    /// The end of a day, or an instant.
    static func instant(_ text: String?, option: String) throws -> Timestamp? {
        guard let text else { return nil }
        do throws(TimestampError) {
            return try text.utf8.count == 10
                ? Day.parse(Array(text.utf8)).end : Timestamp.parse(Array(text.utf8)).instant
        } catch {
            throw ValidationError("\(option) \(text.printable) \(error)")
        }
    }
}
