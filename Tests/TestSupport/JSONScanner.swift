package import JSONBytes

/// A second reader of JSON (RFC 8259), byte by byte and without recursion, to hold `JSONCursor` against: it shares no code
/// with it. UTF-8 and halves of surrogate pairs are left to whoever asks.
package struct JSONScanner {
    /// How deep values may nest inside the text.
    package static let maximumDepth = 32

    package let bytes: [UInt8]
    private(set) var position: Int
    private let depth: Int

    /// At a place of a text whose values nest so deep at most.
    package init(_ bytes: [UInt8], at position: Int = 0, depth: Int = maximumDepth) {
        self.bytes = bytes
        self.position = position
        self.depth = depth
    }

    /// The next byte that is no white space, without passing it; nil at the end.
    package mutating func peek() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
            case let byte: return byte
            }
        }
        return nil
    }

    /// Passes one byte of punctuation if it is next.
    package mutating func accept(_ byte: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    /// Passes one byte of punctuation.
    package mutating func expect(_ byte: Unicode.Scalar) throws(JSONFault) {
        guard accept(byte) else { throw fault("'\(byte)' was expected") }
    }

    /// Passes one value of any type, whole, and returns where it stands.
    package mutating func value() throws(JSONFault) -> Range<Int> {
        guard let first = peek() else { throw fault("a value was expected") }
        let start = position
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["): try container()
        default: try scalar(first)
        }
        return start..<position
    }

    /// Passes a string and returns where it stands, its quotes included.
    package mutating func string() throws(JSONFault) -> Range<Int> {
        guard peek() == UInt8(ascii: "\"") else { throw fault("a string was expected") }
        let start = position
        position += 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return start..<position
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw fault("a control character stands unescaped in a string")
            default: position += 1
            }
        }
        throw fault("a string does not end")
    }

    /// Passes the end of the text.
    package mutating func end() throws(JSONFault) {
        guard peek() == nil else { throw fault("the text goes on after its value") }
    }

    /// An error at this place.
    package func fault(_ detail: String) -> JSONFault {
        JSONFault(offset: position, detail: detail)
    }

    private mutating func scalar(_ first: UInt8) throws(JSONFault) {
        switch first {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        default: throw fault("a value was expected")
        }
    }

    /// Passes an object or array with all that is in it. `open` holds the closing bracket of each container
    /// that the scanner is in, the innermost last.
    private mutating func container() throws(JSONFault) {
        var open: [UInt8] = []
        repeat {
            guard let first = peek() else { throw fault("an object or array does not end") }
            if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
                guard open.count < depth else { throw fault("values nest deeper than \(depth)") }
                position += 1
                open.append(first + 2)  // '}' is '{' + 2, and ']' is '[' + 2
                if peek() != first + 2 {
                    if first == UInt8(ascii: "{") { try memberName() }
                    continue
                }
            } else {
                try scalar(first)
            }
            try closeFinished(&open)
        } while !open.isEmpty
    }

    /// After a value or before the end of an empty container: passes every bracket that closes here, then the
    /// comma before the next value.
    private mutating func closeFinished(_ open: inout [UInt8]) throws(JSONFault) {
        while let bracket = open.last {
            guard let next = peek() else { throw fault("an object or array does not end") }
            if next == bracket {
                position += 1
                open.removeLast()
                continue
            }
            try expect(",")
            if bracket == UInt8(ascii: "}") { try memberName() }
            return
        }
    }

    private mutating func memberName() throws(JSONFault) {
        _ = try string()
        try expect(":")
    }

    private mutating func escape() throws(JSONFault) {
        position += 1
        guard position < bytes.count else { throw fault("a string does not end") }
        switch bytes[position] {
        case UInt8(ascii: "u"):
            let digits = bytes[(position + 1)...].prefix(4)
            guard digits.count == 4, digits.allSatisfy(\.isHexadecimalDigit) else {
                throw fault("\\u needs four hexadecimal digits")
            }
            position += 5
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        default: throw fault("no such escape")
        }
    }

    private mutating func word(_ word: StaticString) throws(JSONFault) {
        let matches = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
        guard matches else { throw fault("a value was expected") }
        position += word.utf8CodeUnitCount
    }

    private mutating func number() throws(JSONFault) {
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let start = position
        try digits()
        if bytes[start] == UInt8(ascii: "0") && position > start + 1 {
            throw fault("a number begins with 0")
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count,
                bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
            {
                position += 1
            }
            try digits()
        }
    }

    private mutating func digits() throws(JSONFault) {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        guard position > start else { throw fault("a digit was expected") }
    }
}

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20)
    }
}
