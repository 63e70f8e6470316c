import Files
import QueryService
import Foundation
import Logging
import Synchronization

/// From which level on a worker logs: as its configuration says, or for a while as `audit-query log-level` does.
final class LogLevelControl: Sendable {
    private struct State {
        var configured: Logger.Level
        var override: LogLevelOverride?
        /// What was last wrong with the override's file.
        var fault: String?
    }

    private let state: Mutex<State>
    private let overridePath: String?
    private let log: Logger
    private let set: @Sendable (Logger.Level) -> Void
    private let reread: @Sendable () throws -> Logger.Level

    /// Control over a log that begins at the configured level.
    ///
    /// - Parameters:
    ///   - configured: the level that the configuration says.
    ///   - overridePath: the override's file; nil where there can be none.
    ///   - log: where changes are told.
    ///   - set: makes a level the log's.
    ///   - reread: the level that the configuration says by now.
    init(
        configured: Logger.Level, overridePath: String?, log: Logger,
        set: @escaping @Sendable (Logger.Level) -> Void,
        reread: @escaping @Sendable () throws -> Logger.Level
    ) {
        state = Mutex(State(configured: configured))
        self.overridePath = overridePath
        self.log = log
        self.set = set
        self.reread = reread
    }

    /// The level in force.
    var level: Logger.Level { state.withLock { $0.override?.level.level ?? $0.configured } }

    /// When the level is the configuration's again; nil while it is.
    var overrideEnd: Date? { state.withLock { $0.override?.end } }

    /// Looks at the override's file, and, if somebody asked for it, at the configuration. Called by one thread.
    func look(isAsked: Bool, now: Date = Date()) {
        let before = level
        if isAsked { readConfiguration() }
        let override = readOverride().flatMap { now < $0.end ? $0 : nil }
        let isOtherOverride = state.withLock { state in
            defer { state.override = override }
            return state.override != override
        }
        guard level != before || isOtherOverride else { return }
        // Said while the more talkative of the two levels is in force.
        if level < before { set(level) }
        log.notice("log level changed", metadata: fields)
        set(level)
    }

    private var fields: Logger.Metadata {
        var fields: Logger.Metadata = ["LEVEL": "\(level)"]
        if let overrideEnd { fields["UNTIL"] = "\(overrideEnd.formatted(.iso8601))" }
        return fields
    }

    private func readConfiguration() {
        do {
            let level = try reread()
            state.withLock { $0.configured = level }
        } catch {
            log.error("configuration not read: the log level stays", metadata: ["ERROR": "\(error)"])
        }
    }

    /// What the file says; nil where there is none, or it says nothing that can be understood.
    private func readOverride() -> LogLevelOverride? {
        guard let overridePath else { return nil }
        do throws(FileError) {
            let text = try textFile(overridePath)
            let override = LogLevelOverride(text)
            report(override == nil ? "\(overridePath): says no level and until when" : nil)
            return override
        } catch {
            report(error.isMissing ? nil : error.description)
            return nil
        }
    }

    /// Says once what is wrong.
    private func report(_ fault: String?) {
        let isNew = state.withLock { state in
            defer { state.fault = fault }
            return fault != nil && state.fault != fault
        }
        if isNew, let fault {
            log.warning("the log level for a while is not read", metadata: ["ERROR": "\(fault)"])
        }
    }
}
