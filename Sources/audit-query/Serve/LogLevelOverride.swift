import Foundation

/// A log level for a while, which `audit-query log-level` leaves in a file beside the workers' sockets:
/// `debug until 2026-05-04T03:15:00Z`. When its time is over it counts no more, whether or not the file is there.
struct LogLevelOverride: Equatable, Sendable {
    /// The file's name, in the folder of the sockets.
    static let fileName = "log-level"
    /// How long one may last: who needs more writes it into the configuration.
    static let longest = 86_400

    let level: LogLevel
    let end: Date

    private static let separator = " until "

    init(level: LogLevel, end: Date) {
        self.level = level
        self.end = end
    }

    /// The override that a file's text says; nil when it says none.
    init?(_ text: String) {
        let parts = text.trimmingCharacters(in: .whitespacesAndNewlines)
            .components(separatedBy: Self.separator)
        guard parts.count == 2, let level = LogLevel(rawValue: parts[0]),
            let end = try? Date(parts[1], strategy: .iso8601)
        else { return nil }
        self.init(level: level, end: end)
    }

    /// The file's text.
    var text: String { "\(level.rawValue)\(Self.separator)\(end.formatted(.iso8601))\n" }
}
