/// Reads one source, whose format is given or found out from its beginning.
package struct LogSource {
    /// What a source is read as.
    package enum Kind: Sendable {
        /// What its beginning says.
        case detected
        /// audit-query's own lines.
        case native
        case format(LogFormat)
    }

    /// What there is in it, in order.
    package enum Item {
        /// A line of audit-query's own, or a part of one: for ``LineReader``.
        case line(LineSplitter.Line)
        /// What has become of an event of another format, and where it begins: in this source or in one before.
        case reading(Reading, SourceLine)
        /// Nothing of it is read, and why, for a person to read. Nothing comes behind this.
        case unreadable(String)
    }

    private enum State {
        /// What has come, while its format is not known.
        case beginning([UInt8])
        case native(LineSplitter)
        case reader(any SourceReader, LogFormat)
        case unreadable
    }

    private let options: FormatOptions
    private let number: Int
    /// What is open when this source begins, and when it has ended: for the next one.
    package private(set) var open: OpenEvents
    private var state: State
    /// With so many bytes the beginning is looked at again.
    private var nextLook = 1

    /// A source at its beginning, so many having been before it, which have left open what is given.
    package init(
        _ kind: Kind, _ options: FormatOptions, number: Int = 0, open: OpenEvents = OpenEvents()
    ) {
        self.options = options
        self.number = number
        self.open = open
        state = .unreadable
        state =
            switch kind {
            case .detected: .beginning([])
            case .native: .native(LineSplitter())
            case .format(let format): begun(format)
            }
    }

    /// Takes the next bytes, and gives what they complete.
    package mutating func take<Failure: Error>(
        _ chunk: ArraySlice<UInt8>, _ body: (Item) throws(Failure) -> Void
    ) throws(Failure) {
        // What is taken out is not copied when it changes.
        let taken = state
        state = .unreadable
        switch consume taken {
        case .beginning(let held): try begin(held + chunk, isWhole: false, body)
        case .native(var lines):
            defer { state = .native(lines) }
            try lines.take(chunk) { line throws(Failure) in try body(.line(line)) }
        case .reader(var reader, let format):
            defer { state = .reader(reader, format) }
            try give(reader.take(chunk), of: reader, body)
        case .unreadable: return
        }
    }

    /// Gives what ends with the source. What may go on in another is in ``open``.
    package mutating func end<Failure: Error>(_ body: (Item) throws(Failure) -> Void) throws(Failure) {
        if case .beginning(let held) = state { try begin(held, isWhole: true, body) }
        let taken = state
        state = .unreadable
        switch consume taken {
        case .native(var lines): try lines.end { line throws(Failure) in try body(.line(line)) }
        case .reader(var reader as any JoiningReader, let format):
            let readings = reader.endSource()
            open.keep(reader, of: format)
            try give(readings, of: reader, body)
        case .reader(var reader, _): try give(reader.end(), of: reader, body)
        case .beginning, .unreadable: break
        }
    }

    /// Gives what is whole of a source that cannot be read to its end.
    package mutating func breakOff<Failure: Error>(_ body: (Item) throws(Failure) -> Void) throws(Failure) {
        if case .beginning(let held) = state { try begin(held, isWhole: true, body) }
        let taken = state
        state = .unreadable
        switch consume taken {
        case .reader(var reader as any JoiningReader, let format):
            let readings = reader.breakOff()
            open.keep(reader, of: format)
            try give(readings, of: reader, body)
        case .reader(var reader, _): try give(reader.settle(), of: reader, body)
        case .native, .beginning, .unreadable: break
        }
    }

    private func give<Failure: Error>(
        _ readings: [Reading], of reader: any SourceReader, _ body: (Item) throws(Failure) -> Void
    ) throws(Failure) {
        let joining = reader as? any JoiningReader
        for reading in readings {
            let line = reading.line
            try body(
                .reading(reading, joining?.place(of: line) ?? SourceLine(source: number, number: line)))
        }
    }

    private mutating func begun(_ format: LogFormat) -> State {
        .reader(open.reader(of: format, options, source: number), format)
    }

    private mutating func begin<Failure: Error>(
        _ held: [UInt8], isWhole: Bool, _ body: (Item) throws(Failure) -> Void
    ) throws(Failure) {
        let isEnough = held.count >= Detection.byteCount
        guard isWhole || isEnough || held.count >= nextLook,
            let finding = Detection.finding(held, isWhole: isWhole || isEnough)
        else {
            if held.count >= nextLook { nextLook = held.count * 2 }
            return state = .beginning(held)
        }
        switch finding {
        case .unclear(let names):
            let found = names.isEmpty ? "none fits" : names.joined(separator: ", ")
            return try body(.unreadable("the format is not clear (\(found)): give --format"))
        case .native where options.system != nil:
            return try body(
                .unreadable(
                    "is audit-query's own format, whose records name their system: leave out --system"))
        case .native: state = .native(LineSplitter())
        case .format(let format): state = begun(format)
        }
        try take(held[...], body)
    }
}
