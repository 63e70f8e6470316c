internal import AuditRecords
internal import JSONBytes

/// Reads the events of one source in a format of JSON objects.
struct JSONReader: SourceReader {
    private let format: any JSONFormat
    private let times: TimeReader
    private let record: EventRecord
    private var lines: JSONLines

    /// At the beginning of a source, whose values may have so many bytes.
    init(
        _ format: any JSONFormat, _ options: FormatOptions,
        valueByteCount: Int = LineSplitter.maximumLineByteCount
    ) {
        self.format = format
        times = options.times
        record = EventRecord(formatName: format.name, options: options)
        lines = JSONLines(JSONSplitter(envelopes: format.envelopes, valueByteCount: valueByteCount))
    }

    mutating func take(_ chunk: ArraySlice<UInt8>) -> [Reading] { readings(of: lines.take(chunk)) }

    /// Nothing: a value has ended when its last byte has come.
    mutating func settle() -> [Reading] { [] }

    mutating func end() -> [Reading] { readings(of: lines.end()) }

    private func readings(of pieces: [JSONSplitter.Piece]) -> [Reading] {
        var readings: [Reading] = []
        for piece in pieces {
            switch piece {
            case .refused(let reason, let line, let text):
                readings.append(.refused(reason, line: line, text: text))
            case .value(let text, let line): append(text, line, to: &readings)
            }
        }
        return readings
    }

    private func append(_ text: [UInt8], _ line: Int, to readings: inout [Reading]) {
        do throws(JSONFault) {
            let root = try JSONText(text).root
            var lines = LineCount(text: text, line: line)
            for event in JSONEvents(of: root, in: format) { readings.append(reading(of: event, &lines)) }
        } catch {
            readings.append(.refused("is not JSON: \(error)", line: line, text: text))
        }
    }

    private func reading(of event: JSONEvents.Event, _ lines: inout LineCount) -> Reading {
        let line = lines.line(of: event.place)
        do throws(EventFault) {
            let value = try event.value.get()
            guard value.isObject else { throw .refused("is not a JSON object") }
            if let fault = value.repetition { throw fault }
            return .record(record.record(try format.event(value, times)), line: line)
        } catch {
            return Reading(error, line: line, text: (try? event.value.get())?.bytes)
        }
    }
}

extension Reading {
    /// What a fault of an event is to whoever reads.
    init(_ fault: EventFault, line: Int, text: [UInt8]? = nil) {
        self =
            switch fault {
            case .refused(let reason): .refused(reason, line: line, text: text)
            case .skipped(let reason): .skipped(reason, line: line)
            }
    }
}

/// Counts lines of a text from its beginning on.
private struct LineCount {
    let text: [UInt8]
    var line: Int
    private var place = 0

    init(text: [UInt8], line: Int) {
        self.text = text
        self.line = line
    }

    /// The line of a place, which is not before the one that was asked for last.
    mutating func line(of place: Int) -> Int {
        if place > self.place {
            for byte in text[self.place..<place] where byte == 0x0A { line += 1 }
            self.place = place
        }
        return line
    }
}
