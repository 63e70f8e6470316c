/// Cuts a stream of chunks into lines. A line longer than the limit comes as ``Line/tooLong``, without having
/// been kept.
public struct LineSplitter {
    /// A line without its end.
    public enum Line: Equatable {
        /// Its bytes.
        case bytes([UInt8])
        /// It has more bytes than the limit.
        case tooLong
    }

    /// The most bytes of a line.
    public static let maximumLineByteCount = RecordRules.lineByteCount

    /// The beginning of a line whose end has not come.
    private var partial: [UInt8] = []
    private var isSkipping = false

    /// A splitter at the beginning of a stream.
    public init() {}

    /// Takes a chunk and gives each line that it completes.
    public mutating func take<Failure: Error>(
        _ chunk: ArraySlice<UInt8>, _ body: (Line) throws(Failure) -> Void
    ) throws(Failure) {
        var rest = chunk
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = line(endingWith: rest[..<end])
            rest = rest[(end + 1)...]
            try body(line)
        }
        keep(rest)
    }

    /// Gives the last line, if the stream did not end with a line's end.
    public mutating func end<Failure: Error>(_ body: (Line) throws(Failure) -> Void) throws(Failure) {
        if isSkipping || !partial.isEmpty { try body(line(endingWith: [])) }
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        guard !isSkipping else { return }
        isSkipping = partial.count + bytes.count > Self.maximumLineByteCount
        if isSkipping { partial = [] } else { partial.append(contentsOf: bytes) }
    }

    /// The line that these bytes end, in a buffer of its own: as large as it, and not as the longest one before it.
    private mutating func line(endingWith bytes: ArraySlice<UInt8>) -> Line {
        guard !partial.isEmpty || isSkipping || bytes.count > Self.maximumLineByteCount else {
            return .bytes(Array(bytes))
        }
        keep(bytes)
        defer {
            partial = []
            isSkipping = false
        }
        return isSkipping ? .tooLong : .bytes(partial)
    }
}
