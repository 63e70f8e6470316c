package import Logging
internal import Synchronization
internal import Systemd

/// Where entries go, and from which level on. One for a process: all loggers share its level, which may change
/// while it runs.
package final class LogSink: Sendable {
    /// Where entries go.
    package enum Target: Sendable {
        case journal
        case standardError

        /// The journal where systemd has connected this process to it, else standard error.
        package static var ofThisProcess: Target {
            Journal.hasStandardError && Journal.isThere ? .journal : .standardError
        }
    }

    private let identifier: String
    private let write: @Sendable (LogEntry) -> Void
    private let threshold: Atomic<Int>
    private let flood: Mutex<FloodFilter>

    /// A sink whose entries carry `identifier` (SYSLOG_IDENTIFIER, `journalctl -t`).
    package convenience init(identifier: String, level: Logger.Level, target: Target) {
        switch target {
        case .journal:
            self.init(identifier: identifier, level: level) { entry in
                // A journal that is gone is no reason to say nothing.
                if !Journal.send(entry.journalFields(identifier: identifier)) {
                    StandardErrorText.write(entry, identifier: identifier)
                }
            }
        case .standardError:
            self.init(identifier: identifier, level: level) {
                StandardErrorText.write($0, identifier: identifier)
            }
        }
    }

    /// A sink that gives its entries to `write`.
    init(identifier: String, level: Logger.Level, write: @escaping @Sendable (LogEntry) -> Void) {
        self.identifier = identifier
        self.write = write
        threshold = Atomic(Self.rank(level))
        flood = Mutex(FloodFilter())
    }

    /// The level from which on entries are written. May be changed at any time.
    package var level: Logger.Level {
        get { Logger.Level.allCases[threshold.load(ordering: .relaxed)] }
        set { threshold.store(Self.rank(newValue), ordering: .relaxed) }
    }

    /// Writes an entry, or counts it if it repeats what was written a moment ago.
    package func write(_ entry: LogEntry, now: ContinuousClock.Instant = .now) {
        let passed = flood.withLock { $0.pass(entry, now: now) }
        for entry in passed { write(entry) }
    }

    /// Writes an entry as it is, whatever has been written before.
    package func writeEach(_ entry: LogEntry) { write(entry) }

    /// Writes how often entries were left out that came too thick. To be called every second or so.
    package func tick(now: ContinuousClock.Instant = .now) {
        let due = flood.withLock { $0.due(now: now) }
        for entry in due { write(entry) }
    }

    private static func rank(_ level: Logger.Level) -> Int {
        Logger.Level.allCases.firstIndex(of: level) ?? 0
    }
}
