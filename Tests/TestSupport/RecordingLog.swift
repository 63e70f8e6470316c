package import Logging
internal import Synchronization

/// Keeps what is logged.
package final class RecordingLog: Sendable {
    /// One event.
    package struct Event: Sendable {
        /// Its level.
        package let level: Logger.Level
        /// Its message.
        package let message: String
        /// Its metadata.
        package let metadata: Logger.Metadata

        /// The text of a field; for a list, of all its values.
        package func text(_ field: String) -> String? { metadata[field].map { "\($0)" } }

        /// The values of a field that is a list.
        package func list(_ field: String) -> [String] {
            guard case .array(let values) = metadata[field] else { return [] }
            return values.map { "\($0)" }
        }
    }

    private let kept = Mutex<[Event]>([])

    /// An empty one.
    package init() {}

    /// What was logged, in order.
    package var events: [Event] { kept.withLock { $0 } }

    /// Level, message and metadata of each event.
    package var lines: [String] { events.map { "\($0.level) \($0.message) \($0.metadata)" } }

    /// What logs here.
    package var logger: Logger {
        Logger(label: "test") { _ in Handler(log: self) }
    }

    private struct Handler: LogHandler {
        let log: RecordingLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            let event = Event(level: event.level, message: "\(event.message)", metadata: all)
            log.kept.withLock { $0.append(event) }
        }
    }
}

extension Logger {
    /// Says nothing.
    package static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
