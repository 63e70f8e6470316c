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
        /// What has become of an event of another format.
        case reading(Reading)
        /// Nothing of it is read, and why, for a person to read. Nothing comes behind this.
        case unreadable(String)
    }

    private enum State {
        /// What has come, while its format is not known.
        case beginning([UInt8])
        case native(LineSplitter)
        case reader(any SourceReader)
        case unreadable
    }

    private let options: FormatOptions
    private let isInPart: Bool
    private var state: State
    /// With so many bytes the beginning is looked at again.
    private var nextLook = 1

    /// A source at its beginning. `isInPart` says that lines of it are left out, which only audit-query's own have numbers for.
    package init(_ kind: Kind, _ options: FormatOptions, isInPart: Bool = false) {
        self.options = options
        self.isInPart = isInPart
        state =
            switch kind {
            case .detected: .beginning([])
            case .native: .native(LineSplitter())
            case .format(let format): .reader(format.reader(options))
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
        case .reader(var reader):
            defer { state = .reader(reader) }
            for reading in reader.take(chunk) { try body(.reading(reading)) }
        case .unreadable: return
        }
    }

    /// Gives what ends with the source.
    package mutating func end<Failure: Error>(_ body: (Item) throws(Failure) -> Void) throws(Failure) {
        if case .beginning(let held) = state { try begin(held, isWhole: true, body) }
        switch state {
        case .native(var lines): try lines.end { line throws(Failure) in try body(.line(line)) }
        case .reader(var reader): for reading in reader.end() { try body(.reading(reading)) }
        case .beginning, .unreadable: break
        }
        state = .unreadable
    }

    /// Gives what is whole of a source that cannot be read to its end.
    package mutating func breakOff<Failure: Error>(_ body: (Item) throws(Failure) -> Void) throws(Failure) {
        if case .beginning(let held) = state { try begin(held, isWhole: true, body) }
        if case .reader(var reader) = state {
            for reading in reader.settle() { try body(.reading(reading)) }
        }
        state = .unreadable
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
        case .format(let format) where isInPart:
            return try body(
                .unreadable(
                    "is a log of \(format.name), of which no lines can be left out: load it without --skip"))
        case .native: state = .native(LineSplitter())
        case .format(let format): state = .reader(format.reader(options))
        }
        try take(held[...], body)
    }
}
