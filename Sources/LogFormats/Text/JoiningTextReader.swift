/// Reads the records of one text that may stand in several sources.
struct JoiningTextReader: JoiningReader {
    private var lines = TextLines()
    private var events: any JoiningTextEvents
    private let records: EventRecord
    /// The sources so far, and how many lines there were before each.
    private var begins: [(source: Int, lineCount: Int)] = [(0, 0)]
    private var lineCount = 0

    init(_ events: any JoiningTextEvents, _ records: EventRecord) {
        self.events = events
        self.records = records
    }

    mutating func begin(source: Int) {
        lines = TextLines()
        if begins.last?.lineCount == lineCount { begins.removeLast() }
        begins.append((source, lineCount))
    }

    mutating func take(_ chunk: ArraySlice<UInt8>) -> [Reading] { read(lines.take(chunk)) }

    mutating func settle() -> [Reading] { events.settle().map { Reading($0, records) } }

    mutating func endSource() -> [Reading] { read(lines.end()) }

    mutating func breakOff() -> [Reading] {
        events.breakOff(from: (begins.last?.lineCount ?? 0) + 1).map { Reading($0, records) }
    }

    mutating func end() -> [Reading] { endSource() + events.end().map { Reading($0, records) } }

    func place(of line: Int) -> SourceLine {
        var (low, high) = (0, begins.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if begins[middle].lineCount < line { low = middle } else { high = middle }
        }
        return SourceLine(source: begins[low].source, number: line - begins[low].lineCount)
    }

    private mutating func read(_ lines: [TextLine]) -> [Reading] {
        let before = begins.last?.lineCount ?? 0
        var readings: [Reading] = []
        for line in lines {
            let line = line.moved(by: before)
            lineCount = line.number
            if let fault = line.fault {
                readings.append(.refused(fault, line: line.number, text: line.faultyText))
            }
            for event in events.take(line) { readings.append(Reading(event, records)) }
        }
        return readings
    }
}

/// What a text format makes of lines that may be part of an event in another source.
protocol JoiningTextEvents: TextEvents {
    /// Those that have ended. Those that have not, and have one of the lines from a number on, are forgotten: the rest of them
    /// cannot be read.
    mutating func breakOff(from line: Int) -> [TextEvent]
}
