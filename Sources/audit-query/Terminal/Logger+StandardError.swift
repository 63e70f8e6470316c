import Logging

extension Logger {
    /// A logger to standard error, at the configured level.
    static func standardError(_ settings: Settings) -> Logger {
        var log = Logger(label: "audit-query") { _ in StreamLogHandler.standardError(label: "audit-query") }
        log.logLevel = settings.telemetry.logLevel
        log[metadataKey: "ENVIRONMENT"] = "\(settings.environment)"
        return log
    }
}
