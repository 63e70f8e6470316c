import Logging

/// From which level on a worker logs, as people name it.
enum LogLevel: String, CaseIterable, Sendable {
    case debug, info, warning, error

    /// The level as loggers have it.
    var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
