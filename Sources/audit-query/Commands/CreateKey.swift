import AuditRecords
import ArgumentParser
import QueryService
import Foundation

/// `audit-query keys create`
struct CreateKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a key. It is printed once, alone on standard output.",
        discussion: .help(
            """
            Examples:
              audit-query keys create --name auditors
              audit-query keys create --name billing-team --system billing \\
                --system 'invoices-*' --hide sourceIp --expires 2026-12-31
              API_KEY=$(audit-query keys create --name script --json | jq -r .key)
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(help: "What people call the key: who uses it.")
    var name: String

    @Option(
        name: .customLong("system"),
        help: ArgumentHelp(
            "A system that it may see, or a prefix ending in *; repeatable. (default: all systems)",
            valueName: "name"))
    var systems: [String] = []

    @Option(
        name: .customLong("hide"),
        help: ArgumentHelp(
            "An attribute to leave out of every record: a name, wherever it stands, or a path such as details.sourceIp. Names "
                + "of other characters than letters, digits, _, - and $ stand in double quotes: '\"source.ip\"'. Repeatable. "
                + "(default: nothing)",
            valueName: "attribute"))
    var hidden: [String] = []

    @Option(
        help: ArgumentHelp(
            "The last day (UTC) or instant on which it is accepted. (default: it does not end)",
            valueName: "date"))
    var expires: String?

    @Flag(help: "Print JSON: the key, its id, its name and when it ends.") var json = false

    func validate() throws {
        if let fault = Identifier(name).fault { throw ValidationError("--name \(fault)") }
        guard systems.count <= SystemScope.maximumCount else {
            throw ValidationError(
                "--system can be given at most \(SystemScope.maximumCount) times: use prefixes")
        }
        for system in systems {
            if let fault = SystemPattern.fault(of: system) {
                throw ValidationError("--system \(system.printable) \(fault)")
            }
        }
        _ = try hiddenAttributes()
        if let expires, let end = try KeyDate.instant(expires, option: "--expires"),
            end <= TimeSource.system.wall()
        {
            throw ValidationError("--expires \(expires) has passed already: no such key would be accepted")
        }
    }

    private func hiddenAttributes() throws -> HiddenAttributes {
        do throws(HiddenAttributesError) {
            return try HiddenAttributes(spelled: hidden)
        } catch {
            throw ValidationError("--hide \(error.description.printable)")
        }
    }

    func run() throws {
        let expiry = try KeyDate.instant(expires, option: "--expires")
        let hiddenAttributes = try hiddenAttributes()
        try configurationFile.reporting {
            let settings = try configurationFile.settings()
            let file = try settings.keyFile()
            let secret = try NewAPIKey()
            let policy = Policy(
                scope: systems.isEmpty ? .all : SystemScope(patterns: systems),
                hiddenAttributes: hiddenAttributes)
            _ = try file.add(
                secret, name: name, policy: policy, expires: expiry, now: TimeSource.system.wall()
            ) { key in
                if json {
                    try NewAPIKey.show(try created(key, secret))
                } else {
                    try secret.show("Key \(key.id) (\(name)) goes into \(file.path).")
                }
            }
            PolicyTrial(policy: policy, settings: settings).warn()
        }
    }

    /// A key as scripts get it. Members may be added; none is renamed or taken away.
    private struct Created: Encodable {
        let id, name, key: String
        let expires: String?
    }

    private func created(_ key: APIKey, _ secret: NewAPIKey) throws -> [UInt8] {
        try Console.json(
            Created(id: key.id, name: key.name, key: secret.secret, expires: key.expires.map(KeyDate.text)))
    }
}

extension NewAPIKey {
    /// Shows a key before it is kept. Where that fails nobody knows it, so it is not kept.
    func show(_ introduction: String) throws(ExitCode) {
        Console.error("\(introduction) It is shown now and never again:")
        try Self.show(Array("\(secret)\n".utf8))
    }

    /// Shows bytes that have a key in them, before it is kept.
    static func show(_ bytes: [UInt8]) throws(ExitCode) {
        do throws(OutputError) {
            try Console.output(bytes)
        } catch {
            // Whoever read has gone without it: that is no quiet end either.
            throw ExitStatus.outputLost.exit("\(error.reason): the key could not be shown, and is taken back")
        }
    }
}

/// Dates on the command line.
enum KeyDate {
    /// An instant for people to read.
    static func text(_ instant: Timestamp) -> String {
        String(decoding: instant.text(fractionDigits: 0), as: UTF8.self)
    }

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
