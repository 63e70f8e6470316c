package import Logging

/// swift-log's way into a sink. Its level is the sink's, so that a change reaches every logger at once.
struct SinkLogHandler: LogHandler {
    let sink: LogSink
    var metadata: Logger.Metadata = [:]

    var logLevel: Logger.Level {
        get { sink.level }
        set { sink.level = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        var fields = all.sorted { $0.key < $1.key }.flatMap(Self.fields)
        fields.append(LogEntry.Field("CODE_FILE", event.file))
        fields.append(LogEntry.Field("CODE_LINE", String(event.line)))
        sink.write(LogEntry(level: event.level, message: event.message.description, fields: fields))
    }
}

extension SinkLogHandler {
    /// A list is a field for each of its values, as the journal has it.
    private static func fields(_ key: String, _ value: Logger.MetadataValue) -> [LogEntry.Field] {
        let name = LogEntry.Field.checked(key)
        guard case .array(let values) = value else { return [LogEntry.Field(checkedName: name, text(value))] }
        return values.map { LogEntry.Field(checkedName: name, text($0)) }
    }

    private static func text(_ value: Logger.MetadataValue) -> String {
        if case .string(let text) = value { text } else { "\(value)" }
    }
}

extension Logger {
    /// A logger into a sink; each of its entries carries `metadata`.
    package init(_ sink: LogSink, metadata: Logger.Metadata = [:]) {
        self.init(label: "audit-query") { _ in SinkLogHandler(sink: sink, metadata: metadata) }
    }
}
