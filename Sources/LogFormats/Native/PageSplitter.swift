internal import JSONBytes

/// Takes the records out of an answer's page that is too long to be held, as it comes: `{"records":[…],…}` on one line, as
/// `query --all --json` prints it. What stands in a record is for ``RecordLine`` to read.
struct PageSplitter {
    private enum State {
        /// Before a record, or the end of an empty array.
        case begin
        case element
        /// Behind a record.
        case behind
        /// Behind the array.
        case tail
        case failed
    }

    /// The most bytes behind the records: counts, a cursor and what was searched.
    private static let tailByteCount = 64 << 10

    private var state = State.begin
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// Whether the brace that ends the record has come.
    private var isClosed = false
    private var element: [UInt8] = []
    private var isElementTooLong = false
    private var tail: [UInt8] = []
    /// Records so far.
    private(set) var count = 0

    /// At the first record of a page; nil when these are not the first bytes of one. `beginning` loses what was read.
    init?(_ beginning: inout ArraySlice<UInt8>) {
        var rest = beginning
        for token in ["{", "\"records\"", ":", "["] {
            rest = rest.drop { $0.isJSONSpace }
            guard rest.starts(with: token.utf8) else { return nil }
            rest = rest.dropFirst(token.utf8.count)
        }
        beginning = rest
    }

    /// Takes the next bytes, and gives each record that they complete, as lines are given; those that are null are left out.
    /// What stands behind damage comes in parts.
    mutating func take<Failure: Error>(
        _ bytes: ArraySlice<UInt8>, _ body: (LineSplitter.Line) throws(Failure) -> Void
    ) throws(Failure) {
        var rest = bytes
        while !rest.isEmpty {
            switch state {
            case .element: rest = try takeElement(rest, body)
            case .tail:
                tail += rest
                guard tail.count > Self.tailByteCount else { return }
                state = .failed
                rest = tail[...]
                tail = []
            case .failed: return try body(.part(Array(rest)))
            case .begin, .behind:
                takeSeparator(rest[rest.startIndex])
                // What is damaged stays, from its first byte on.
                if state != .failed { rest.removeFirst() }
            }
        }
    }

    /// What is left of the page, now that its line ends, where it is damaged: nothing, too, if it has been given, or
    /// there is none. Nil when the page is whole.
    var damagedRest: [UInt8]? {
        guard state == .tail else { return element }
        let isWhole = (try? JSONObject(Array("{\"records\":[]".utf8) + tail)) != nil
        return isWhole ? nil : tail
    }

    private mutating func takeSeparator(_ byte: UInt8) {
        switch (byte, state) {
        case (_, _) where byte.isJSONSpace: break
        case (UInt8(ascii: "]"), .behind): state = .tail
        case (UInt8(ascii: "]"), .begin) where count == 0: state = .tail
        case (UInt8(ascii: ","), .behind): state = .begin
        case (UInt8(ascii: "{"), .begin), (UInt8(ascii: "n"), .begin):
            state = .element
            element = [byte]
            depth = byte == UInt8(ascii: "{") ? 1 : 0
        default: state = .failed
        }
    }

    /// Takes bytes of a record, to its end if that is among them. Returns what stands behind.
    private mutating func takeElement<Failure: Error>(
        _ bytes: ArraySlice<UInt8>, _ body: (LineSplitter.Line) throws(Failure) -> Void
    ) throws(Failure) -> ArraySlice<UInt8> {
        var end = bytes.startIndex
        while end < bytes.endIndex, !ends(before: bytes[end]) {
            let isLast = closes(with: bytes[end])
            end += 1
            if isLast { break }
        }
        element += bytes[..<end]
        if element.count > LineSplitter.maximumLineByteCount {
            isElementTooLong = true
            try body(.part(element))
            element = []
        }
        guard end < bytes.endIndex || isClosed else { return [] }
        state = .behind
        count += 1
        isClosed = false
        let line: LineSplitter.Line = isElementTooLong ? .tooLong : .bytes(element)
        if isElementTooLong, !element.isEmpty { try body(.part(element)) }
        isElementTooLong = false
        element.removeAll(keepingCapacity: true)
        if line != .bytes(Array("null".utf8)) { try body(line) }
        return bytes[end...]
    }

    /// Whether a word such as null ends before a byte.
    private func ends(before byte: UInt8) -> Bool {
        depth == 0 && (byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte.isJSONSpace)
    }

    /// Whether a byte is the brace that ends an object.
    private mutating func closes(with byte: UInt8) -> Bool {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            isClosed = depth == 0
        default: break
        }
        return isClosed
    }
}

extension UInt8 {
    fileprivate var isJSONSpace: Bool {
        self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r")
    }
}
