extension LogFormat {
    /// Readers of the formats that are not JSON, or not JSON alone.
    static let text: [String: @Sendable (FormatOptions) -> any SourceReader] = [
        "auditd": { JoiningTextReader(AuditEvents(), EventRecord(formatName: "auditd", options: $0)) },
        "cef": { reader("cef", LineEvents(CommonEventFormat($0.times).event), $0) },
        "pgaudit": { options in
            ShapeReader(
                json: JSONReader(PgAudit(), options), marks: "{",
                other: reader("pgaudit", PgAuditLog(options.times), options))
        },
        "keycloak": { options in
            ShapeReader(
                json: JSONReader(Keycloak(), options),
                other: reader("keycloak", LineEvents(KeycloakText(options.times).event), options))
        },
        "journald": { options in
            ShapeReader(json: JSONReader(Journald(), options), other: JournalExportReader(options))
        },
        "m365": { options in
            ShapeReader(
                json: JSONReader(Microsoft365(), options),
                other: reader("m365", Microsoft365Table(options.times), options))
        },
    ]

    private static func reader(
        _ name: String, _ events: any TextEvents, _ options: FormatOptions
    ) -> any SourceReader {
        TextReader(events, EventRecord(formatName: name, options: options))
    }
}
