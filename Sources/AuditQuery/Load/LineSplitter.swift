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

    /// The most bytes of a line: more than any record can have whose escapes take six bytes a character.
    public static let maximumLineByteCount = 4 << 20

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
            keep(rest[..<end])
            try finishLine(body)
            rest = rest[(end + 1)...]
        }
        keep(rest)
    }

    /// Gives the last line, if the stream did not end with a line's end.
    public mutating func end<Failure: Error>(_ body: (Line) throws(Failure) -> Void) throws(Failure) {
        if isSkipping || !partial.isEmpty { try finishLine(body) }
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        guard !isSkipping else { return }
        partial.append(contentsOf: bytes)
        if partial.count > Self.maximumLineByteCount {
            isSkipping = true
            partial = []
        }
    }

    private mutating func finishLine<Failure: Error>(_ body: (Line) throws(Failure) -> Void) throws(Failure) {
        let line: Line = isSkipping ? .tooLong : .bytes(partial)
        isSkipping = false
        partial.removeAll(keepingCapacity: true)
        try body(line)
    }
}
