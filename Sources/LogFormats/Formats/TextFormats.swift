// The formats that are not JSON alone.

extension FormatOptions {
    /// Reads the Linux audit log.
    func auditdReader() -> any SourceReader { reader("auditd", AuditEvents()) }

    /// Reads the Common Event Format.
    func cefReader() -> any SourceReader {
        reader("cef", LineEvents(CommonEventFormat(times).event))
    }

    /// Reads PostgreSQL's log with pgAudit's messages: JSON, csvlog or stderr.
    func pgauditReader() -> any SourceReader {
        ShapeReader(
            json: JSONReader(PgAudit(), self), marks: "{", other: reader("pgaudit", PgAuditLog(times)))
    }

    /// Reads Keycloak's events: JSON, or the server's log as text.
    func keycloakReader() -> any SourceReader {
        ShapeReader(
            json: JSONReader(Keycloak(), self),
            other: reader("keycloak", LineEvents(KeycloakText(times).event)))
    }

    /// Reads systemd's journal: JSON, or the export format.
    func journaldReader() -> any SourceReader {
        ShapeReader(json: JSONReader(Journald(), self), other: JournalExportReader(self))
    }

    /// Reads the unified audit log of Microsoft 365: JSON, or a table.
    func m365Reader() -> any SourceReader {
        ShapeReader(
            json: JSONReader(Microsoft365(), self), other: reader("m365", Microsoft365Table(times)))
    }

    private func reader(_ name: String, _ events: any TextEvents) -> any SourceReader {
        TextReader(events, EventRecord(formatName: name, options: self))
    }
}
