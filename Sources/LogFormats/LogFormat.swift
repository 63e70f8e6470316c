/// A format of logs that can be loaded. To add one: its file, and its line in ``json`` or in ``text``.
package struct LogFormat: Sendable {
    /// What `--format` calls it.
    package let name: String
    private let json: (any JSONFormat)?

    /// Those whose events are JSON objects.
    static let json: [any JSONFormat] = [
        CloudTrail(), Kubernetes(), Vault(), GitHub(), Okta(), Teleport(), GoogleCloud(), AzureActivity(),
        Entra(),
        Microsoft365(), OCSF(), Windows(), GitLab(), Journald(), Keycloak(), PgAudit(),
    ]

    /// All formats, in the order in which people are told of them.
    package static let all =
        json.map { LogFormat(name: $0.name, json: $0) }
        + ["auditd", "cef"].map { LogFormat(name: $0, json: nil) }

    /// The format of a name; nil where there is none.
    package static func named(_ name: String) -> LogFormat? { all.first { $0.name == name } }

    /// The members that hold events in any of them, and records in an answer's page.
    static let envelopes: [StaticString] = json.flatMap(\.envelopes)

    /// A reader at the beginning of a source.
    package func reader(_ options: FormatOptions) -> any SourceReader {
        if let text = Self.text[name] { return text(options) }
        guard let json else { preconditionFailure("a format without events") }
        return JSONReader(json, options)
    }
}
