internal import FoundationEssentials
internal import Glibc
internal import Logging

/// Entries as lines of text, for standard error.
enum StandardErrorText {
    /// Writes a line, whole or not at all.
    static func write(_ entry: LogEntry, identifier: String) {
        let line = Array(line(entry, identifier: identifier, time: Date()).utf8)
        // One call, so that lines of several threads do not mix. If standard error is gone, nobody reads.
        _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// `2026-05-04T03:02:01.123Z error audit-query: the store failed REQUEST_ID=7f ERROR="no room"`
    static func line(_ entry: LogEntry, identifier: String, time: Date) -> String {
        let stamp = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let fields = entry.fields.map { " \($0.name)=\(quoted($0.value))" }.joined()
        return "\(stamp) \(entry.level) \(identifier): \(entry.message)\(fields)\n"
    }

    /// As it is if that is one printable word, else in quotes, with what is not printable escaped: no value can
    /// look like another field or line.
    private static func quoted(_ value: String) -> String {
        let isPlain =
            !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
        return isPlain ? value : value.debugDescription
    }
}
