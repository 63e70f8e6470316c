/// The marks of formats that are no JSON, at the beginning of a source (docs/formats.md, D3).
struct TextMarks {
    private let text: ArraySlice<UInt8>
    /// So many lines are looked at.
    private static let lineCount = 50

    /// Of a text without white space at its beginning.
    init(_ text: ArraySlice<UInt8>) {
        self.text = text
    }

    /// The name of the format; nil where it is none of these, or more of the text is needed.
    var formatName: String? {
        if isAuditd { return "auditd" }
        if isJournalExport { return "journald" }
        let lines = text.split(separator: 0x0A, maxSplits: Self.lineCount, omittingEmptySubsequences: false)
            .prefix(Self.lineCount)
        if lines.contains(where: isCEF) { return "cef" }
        if beginsWithPostgresTime {
            if text.has("[org.keycloak.") { return "keycloak" }
            if text.has("AUDIT: ") { return "pgaudit" }
        }
        if isKeycloak { return "keycloak" }
        return lines.prefix(2).contains(where: isAuditDataHeader) ? "m365" : nil
    }

    /// Whether it may be a log as text whose mark is still to come.
    var mayBeText: Bool { beginsWithPostgresTime }

    private var beginsWithPostgresTime: Bool {
        var cursor = TextCursor(text)
        return cursor.postgresTime() != nil
    }

    /// `node=… type=… msg=audit(`, the node or not, or ausearch's line between events.
    private var isAuditd: Bool {
        var cursor = TextCursor(text)
        if text.begins(with: "----\ntype=") { return true }
        if cursor.accept(text: "node=") {
            guard !cursor.pass(while: { !$0.isBlank }).isEmpty, cursor.accept(" ") else { return false }
        }
        guard cursor.accept(text: "type=") else { return false }
        return !cursor.pass(while: { !$0.isBlank }).isEmpty && cursor.accept(text: " msg=audit(")
    }

    /// `__CURSOR=`, `__REALTIME_TIMESTAMP=` or `_HOSTNAME=`.
    private var isJournalExport: Bool {
        if text.begins(with: "__CURSOR=") || text.begins(with: "__REALTIME_TIMESTAMP=") { return true }
        var cursor = TextCursor(text)
        guard cursor.accept("_") else { return false }
        let name = cursor.pass { $0.isCapital || $0 == UInt8(ascii: "_") }
        return !name.isEmpty && cursor.accept("=")
    }

    /// `CEF:0|` or `CEF:1|` at the beginning, or behind white space or a syslog priority.
    private func isCEF(_ line: ArraySlice<UInt8>) -> Bool {
        var rest = line
        while let behind = rest.rest(behind: "CEF:") {
            let version = behind.first == UInt8(ascii: "0") || behind.first == UInt8(ascii: "1")
            let before = behind.startIndex - 5
            let isApart =
                before < line.startIndex || line[before].isBlank || line[before] == UInt8(ascii: ">")
            if version, isApart, behind.dropFirst().first == UInt8(ascii: "|") { return true }
            rest = behind
        }
        return false
    }

    /// `2024-10-30 17:27:03,414 INFO  [org.keycloak.`
    private var isKeycloak: Bool {
        var cursor = TextCursor(text)
        guard (try? cursor.localTime(separators: " ", fractionMarks: ",")) != nil else { return false }
        guard !cursor.pass(while: { $0 == 0x20 }).isEmpty else { return false }
        guard !cursor.pass(while: { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }).isEmpty else {
            return false
        }
        guard !cursor.pass(while: { $0 == 0x20 }).isEmpty else { return false }
        return cursor.rest.begins(with: "[org.keycloak.")
    }

    /// A header of a table with the column `AuditData`.
    private func isAuditDataHeader(_ line: ArraySlice<UInt8>) -> Bool {
        let columns = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        return columns.contains { column in
            let name = column.last == 0x0D ? column.dropLast() : column
            let bare =
                name.first == UInt8(ascii: "\"") && name.last == UInt8(ascii: "\"")
                ? name.dropFirst().dropLast() : name
            return bare.elementsEqual("AuditData".utf8)
        }
    }
}
