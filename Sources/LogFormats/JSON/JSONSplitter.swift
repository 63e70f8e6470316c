/// Cuts a text into the JSON values of which it is a sequence: one a line, pretty-printed, one behind the other, with other
/// text before those that begin a line, or the elements of arrays and envelopes of any length.
///
/// It holds no more than one value, which is bounded.
struct JSONSplitter {
    /// What the text has, in order.
    enum Piece: Equatable {
        /// The text of a value, and the line where it begins.
        case value([UInt8], line: Int)
        /// What is wrong, for a person to read, and the line where it is at hand.
        case refused(String, line: Int, text: [UInt8]? = nil)
    }

    enum Mode {
        /// Between values.
        case between
        /// Behind text of a line that is no value.
        case behindText
        /// In a value that is held.
        case value(hasPrefix: Bool)
        /// Behind a value with a prefix, on its line.
        case behindPrefixed
        /// Before an element of an array; the first may be its end.
        case element(isFirst: Bool)
        case behindElement
        /// In what is not kept: a value that is too long, or what stands behind an envelope's events.
        case passedOver(isTail: Bool)
        /// In the rest of a line that is refused.
        case restOfLine
        /// Behind the break of an array or envelope.
        case stopped
    }

    /// What the elements that come are in.
    enum Level {
        case array
        /// An object whose rest stands behind the array.
        case envelope
    }

    let envelopes: [StaticString]
    let valueByteCount: Int
    var mode = Mode.between
    var levels: [Level] = []
    /// What has come and is not done with.
    var text: [UInt8] = []
    /// The first byte that is not done with; of a value that is held its beginning.
    var place = 0
    /// The line of that place.
    var line = 1
    /// The first byte of that line, or of what is left of it.
    var lineStart = 0
    var scanner = JSONScanner()
    /// How far the scanner has come.
    var scanned = 0
    var pieces: [Piece] = []

    /// At the beginning of a text, with the names of its envelopes.
    init(envelopes: [StaticString], valueByteCount: Int = LineSplitter.maximumLineByteCount) {
        self.envelopes = envelopes
        self.valueByteCount = valueByteCount
    }

    /// Whether nothing of the text is read any more.
    var isStopped: Bool { if case .stopped = mode { true } else { false } }

    /// Takes the next bytes, and gives what they complete.
    mutating func take(_ bytes: some Collection<UInt8>) -> [Piece] {
        text += bytes
        while step() {}
        text.removeFirst(place)
        scanner.shift(by: place)
        scanned -= place
        lineStart = max(0, lineStart - place)
        place = 0
        defer { pieces = [] }
        return pieces
    }

    /// Gives what the end of the text completes, or breaks off.
    mutating func end() -> [Piece] {
        // So that words and lines end.
        text.append(0x0A)
        while step() || breakOff() {}
        defer { pieces = [] }
        return pieces
    }

    /// What is held cannot be completed any more. Returns whether something is left to be read.
    private mutating func breakOff() -> Bool {
        switch mode {
        case .value: breakValue()
        // The line that was ended is none of the text's.
        case .element, .behindElement, .passedOver(isTail: true): stop(line - 1)
        case .between, .behindText, .behindPrefixed, .passedOver, .restOfLine, .stopped: return false
        }
        return !isStopped
    }
}
