internal import JSONBytes

/// Turns typed JSON into plain JSON: `{"a":{"N":"1"}}` into `{"a":1}`. What stands in strings and numbers is
/// copied as it is, escapes and digits included.
struct PlainValueReader {
    var cursor: JSONCursor
    /// What has been written.
    private(set) var plain: [UInt8] = []

    init(_ cursor: JSONCursor) {
        self.cursor = cursor
    }

    /// Begins a text of its own.
    mutating func begin() {
        plain.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    mutating func write(_ byte: Unicode.Scalar) {
        plain.append(UInt8(ascii: byte))
    }

    @inline(__always)
    mutating func copy(_ range: Range<Int>) {
        Self.append(range, of: cursor.bytes, to: &plain)
    }

    /// Not by a slice, which would count one more reference for each string; of both by themselves, since one is read while the other is
    /// written.
    @inline(__always)
    private static func append(_ range: Range<Int>, of text: [UInt8], to plain: inout [UInt8]) {
        text.span.extracting(range).withUnsafeBufferPointer { plain.append(contentsOf: $0) }
    }

    /// Copies a member's name whose colon has just been passed, and writes a colon.
    @inline(__always)
    mutating func copy(name: Range<Int>) {
        // DynamoDB writes no space between the two: one copy, then.
        let hasColon = cursor.position == name.upperBound + 1
        copy(name.lowerBound..<(hasColon ? cursor.position : name.upperBound))
        if !hasColon { write(":") }
    }

    /// Passes a typed value and writes the plain one.
    mutating func value(depth: Int = 0) throws(JSONFault) {
        switch try cursor.openTypedValue() {
        case .string, .binary: copy(try cursor.string().range)
        case .number: try number()
        case .boolean: try boolean()
        case .null: try null()
        case .map: try map(depth)
        case .list: try list(depth) { reader throws(JSONFault) in try reader.value(depth: depth + 1) }
        case .stringSet, .binarySet:
            try list(depth) { reader throws(JSONFault) in
                reader.copy(try reader.cursor.string().range)
            }
        case .numberSet: try list(depth) { reader throws(JSONFault) in try reader.number() }
        }
        try cursor.closeTypedValue()
    }

    /// Passes a string that holds a number, and copies the number.
    private mutating func number() throws(JSONFault) {
        guard cursor.accept("\"") else { throw cursor.fault("a number in a string was expected") }
        let first = cursor.bytes[cursor.position]
        guard first == UInt8(ascii: "-") || first &- UInt8(ascii: "0") < 10 else {
            throw cursor.fault("a digit was expected")
        }
        copy(try cursor.number())
        guard cursor.bytes[cursor.position] == UInt8(ascii: "\"") else {
            throw cursor.fault("a number does not end here")
        }
        cursor.position += 1
    }

    private mutating func boolean() throws(JSONFault) {
        if cursor.peek() == UInt8(ascii: "t") {
            try cursor.word("true")
            plain.append(json: "true")
        } else {
            try cursor.word("false")
            plain.append(json: "false")
        }
    }

    private mutating func null() throws(JSONFault) {
        try cursor.word("true")
        plain.append(json: "null")
    }

    private mutating func map(_ depth: Int) throws(JSONFault) {
        try cursor.checkDepth(depth, below: JSONCursor.maximumDepth)
        try cursor.expect("{")
        write("{")
        if !cursor.accept("}") {
            while true {
                let name = try cursor.string().range
                try cursor.expect(":")
                copy(name: name)
                try value(depth: depth + 1)
                guard cursor.accept(",") else { break }
                write(",")
            }
            try cursor.expect("}")
        }
        write("}")
    }

    /// A set counts as a level, for it is an array in plain JSON.
    @inline(__always)
    private mutating func list(
        _ depth: Int, _ element: (inout PlainValueReader) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        try cursor.checkDepth(depth, below: JSONCursor.maximumDepth)
        try cursor.expect("[")
        write("[")
        if !cursor.accept("]") {
            while true {
                try element(&self)
                guard cursor.accept(",") else { break }
                write(",")
            }
            try cursor.expect("]")
        }
        write("]")
    }
}
