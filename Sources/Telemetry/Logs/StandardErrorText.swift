internal import FoundationEssentials
internal import Glibc
internal import Logging

/// Entries as lines of text, for standard error.
enum StandardErrorText {
    /// Writes a line, whole or not at all.
    static func write(_ entry: LogEntry, identifier: String) {
        let line = line(entry, identifier: identifier, time: Date())
        // One call, so that lines of several threads do not mix. If standard error is gone, nobody reads.
        _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// `2026-05-04T03:02:01.123Z error audit-query: the store failed REQUEST_ID=7f ERROR="no room"`
    static func line(_ entry: LogEntry, identifier: String, time: Date) -> [UInt8] {
        let stamp = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        var line = Array("\(stamp) \(entry.level) \(identifier): \(entry.message)".utf8)
        // An entry of the audit trail has hundreds of fields.
        line.reserveCapacity(line.count + 48 * entry.fields.count)
        for field in entry.fields {
            line.append(UInt8(ascii: " "))
            line.append(contentsOf: field.name.utf8)
            line.append(UInt8(ascii: "="))
            line.append(
                contentsOf: isPlain(field.value) ? field.value.utf8 : field.value.debugDescription.utf8)
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// Whether a value is one printable word. Another stands in quotes, with what is not printable escaped: none can
    /// look like another field or line.
    private static func isPlain(_ value: String) -> Bool {
        !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
    }
}
