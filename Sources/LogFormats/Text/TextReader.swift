/// What a text format makes of lines.
protocol TextEvents {
    /// The events that a line completes. A line that cannot be read is empty, and has been reported.
    mutating func take(_ line: TextLine) -> [TextEvent]
    /// Those that have ended, though more of the text may come: where the text goes on while it is read.
    mutating func settle() -> [TextEvent]
    /// Those that end with the text.
    mutating func end() -> [TextEvent]
}

extension TextEvents {
    mutating func settle() -> [TextEvent] { [] }
    mutating func end() -> [TextEvent] { [] }
}

/// An event, or why it is none.
struct TextEvent {
    /// The line where it begins.
    let line: Int
    let result: Result<Event, EventFault>
    /// Of one that is refused its lines as they came, where they are at hand.
    let text: [UInt8]?

    init(
        line: Int, text: @autoclosure () -> [UInt8]? = nil, _ event: () throws(EventFault) -> Event
    ) {
        self.line = line
        result = Result(catching: event)
        self.text = if case .failure = result { text() } else { nil }
    }

    init(line: Int, text: [UInt8]? = nil, refused reason: String) {
        (self.line, self.text) = (line, text)
        result = .failure(.refused(reason))
    }
}

/// Reads the records of one text, as its bytes come.
struct TextReader: SourceReader {
    private var lines = TextLines()
    private var events: any TextEvents
    private let records: EventRecord

    init(_ events: any TextEvents, _ records: EventRecord) {
        self.events = events
        self.records = records
    }

    /// What the next bytes complete.
    mutating func take(_ chunk: ArraySlice<UInt8>) -> [Reading] { read(lines.take(chunk)) }

    /// What can be told to have ended, though more may come.
    mutating func settle() -> [Reading] { events.settle().map { Reading($0, records) } }

    /// What ends with the text.
    mutating func end() -> [Reading] { read(lines.end()) + events.end().map { Reading($0, records) } }

    private mutating func read(_ lines: [TextLine]) -> [Reading] {
        var readings: [Reading] = []
        for line in lines {
            if let fault = line.fault {
                readings.append(.refused(fault, line: line.number, text: line.faultyText))
            }
            for event in events.take(line) { readings.append(Reading(event, records)) }
        }
        return readings
    }
}

extension Reading {
    /// What becomes of an event of a text.
    init(_ event: TextEvent, _ records: EventRecord) {
        self =
            switch event.result {
            case .success(let found): .record(records.record(found), line: event.line)
            case .failure(let fault): Reading(fault, line: event.line, text: event.text)
            }
    }
}

/// Events that are a line each. Empty lines are none.
struct LineEvents: TextEvents {
    private let event: (ArraySlice<UInt8>) throws(EventFault) -> Event

    init(_ event: @escaping (ArraySlice<UInt8>) throws(EventFault) -> Event) {
        self.event = event
    }

    func take(_ line: TextLine) -> [TextEvent] {
        guard !line.bytes[...].trimmed.isEmpty else { return [] }
        let text = line.bytes[...].withoutReturns
        return [TextEvent(line: line.number, text: line.bytes) { () throws(EventFault) in try event(text) }]
    }
}
