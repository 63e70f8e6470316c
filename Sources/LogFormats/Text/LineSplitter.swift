internal import AuditRecords
internal import JSONBytes

/// Cuts a stream of chunks into lines. A line longer than the limit comes in parts, without having been kept, and then
/// as ``Line/tooLong``.
@usableFromInline package struct LineSplitter {
    /// A line without its end, or a part of one.
    @usableFromInline package enum Line: Equatable {
        /// Its bytes.
        case bytes([UInt8])
        /// Some bytes of a line that has more than the limit: the first part more than the limit, the others the next ones.
        case part([UInt8])
        /// The line ends whose parts these were.
        case tooLong

        /// Whether more of its line is to come.
        package var isPart: Bool { if case .part = self { true } else { false } }
    }

    /// The most bytes of a line.
    @usableFromInline package static let maximumLineByteCount = RecordRules.lineByteCount

    /// The beginning of a line whose end has not come.
    @usableFromInline var partial: [UInt8] = []
    @usableFromInline var isSkipping = false

    /// A splitter at the beginning of a stream.
    package init() {}

    /// Takes a chunk and gives each line that it completes.
    @inlinable
    package mutating func take<Failure: Error>(
        _ chunk: ArraySlice<UInt8>, _ body: (Line) throws(Failure) -> Void
    ) throws(Failure) {
        var rest = chunk
        while let end = Self.lineEnd(in: rest) {
            try finishLine(endingWith: rest[..<end], body)
            rest = rest[(end + 1)...]
        }
        try keep(rest, body)
    }

    @usableFromInline
    static func lineEnd(in bytes: ArraySlice<UInt8>) -> Int? { bytes.place(of: UInt8(ascii: "\n")) }

    /// Gives the last line, if the stream did not end with a line's end.
    @inlinable
    package mutating func end<Failure: Error>(_ body: (Line) throws(Failure) -> Void) throws(Failure) {
        if isSkipping || !partial.isEmpty { try finishLine(endingWith: [], body) }
    }

    @inlinable
    mutating func keep<Failure: Error>(
        _ bytes: ArraySlice<UInt8>, _ body: (Line) throws(Failure) -> Void
    ) throws(Failure) {
        if isSkipping {
            if !bytes.isEmpty { try body(.part(Array(bytes))) }
            return
        }
        partial.append(contentsOf: bytes)
        guard partial.count > Self.maximumLineByteCount else { return }
        isSkipping = true
        let part = partial
        partial = []
        try body(.part(part))
    }

    /// Gives the line that these bytes end, in a buffer of its own: as large as it, and not as the longest one before it.
    @inlinable
    mutating func finishLine<Failure: Error>(
        endingWith bytes: ArraySlice<UInt8>, _ body: (Line) throws(Failure) -> Void
    ) throws(Failure) {
        guard !partial.isEmpty || isSkipping || bytes.count > Self.maximumLineByteCount else {
            return try body(.bytes(Array(bytes)))
        }
        try keep(bytes, body)
        let line: Line = isSkipping ? .tooLong : .bytes(partial)
        partial = []
        isSkipping = false
        try body(line)
    }
}
