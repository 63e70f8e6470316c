extension JSONCursor {
    /// Passes a number that counts something.
    package mutating func wholeNumber() throws(JSONFault) -> Int {
        let digits = try number()
        guard let number = Int(String(decoding: bytes[digits], as: UTF8.self)), number >= 0 else {
            throw fault("a count was expected", at: digits.lowerBound)
        }
        return number
    }

    /// Passes a number and returns where it stands.
    @inlinable
    package mutating func number() throws(JSONFault) -> Range<Int> {
        _ = peek()
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let whole = position
        try digits()
        if bytes[whole] == UInt8(ascii: "0") && position > whole + 1 {
            throw fault("a number begins with 0", at: whole)
        }
        if bytes[position] == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return start..<position
    }

    @inlinable
    mutating func digits() throws(JSONFault) {
        let start = position
        while bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        guard position > start else { throw fault("a digit was expected") }
    }

    /// Passes one value of any type, whole, and returns where it stands. It is in so many containers already, of which
    /// there may be fewer than `limit`.
    @inlinable
    package mutating func value(
        depth: Int = 0, below limit: Int = maximumSkippedDepth
    ) throws(JSONFault) -> Range<Int> {
        let first = peek()
        let start = position
        switch first {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "{"):
            try checkDepth(depth, below: limit)
            try members { cursor, _ throws(JSONFault) in
                _ = try cursor.value(depth: depth + 1, below: limit)
            }
        case UInt8(ascii: "["):
            try checkDepth(depth, below: limit)
            try elements { cursor throws(JSONFault) in _ = try cursor.value(depth: depth + 1, below: limit) }
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try number()
        default: throw fault("a value was expected")
        }
        return start..<position
    }

    /// Throws where one more container would nest deeper than a limit.
    @inlinable @inline(__always)
    package func checkDepth(_ depth: Int, below limit: Int) throws(JSONFault) {
        guard depth < limit else { throw fault(deeperThan: limit) }
    }

    @usableFromInline @inline(never)
    func fault(deeperThan limit: Int) -> JSONFault {
        fault("values nest deeper than \(limit)")
    }

    /// Passes an object. The body is called behind the colon of each member and passes the value.
    @inlinable @inline(__always)
    package mutating func members(
        _ body: (inout JSONCursor, JSONToken) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        try expect("{")
        guard !accept("}") else { return }
        repeat {
            let name = try string()
            try expect(":")
            try body(&self, name)
        } while accept(",")
        try expect("}")
    }

    /// Passes an array. The body is called before each element and passes it.
    @inlinable @inline(__always)
    package mutating func elements(
        _ body: (inout JSONCursor) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        try expect("[")
        guard !accept("]") else { return }
        repeat { try body(&self) } while accept(",")
        try expect("]")
    }

    /// Passes an object whose members mean something, each of which may stand once. The body is given their
    /// names, decoded.
    @inlinable
    package mutating func envelope(
        _ body: (inout JSONCursor, [UInt8]) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        var seen: Set<[UInt8]> = []
        try members { cursor, token throws(JSONFault) in
            let name = try cursor.text(token)
            guard seen.insert(name).inserted else {
                throw cursor.fault("a member stands twice", at: token.range.lowerBound)
            }
            try body(&cursor, name)
        }
    }

    /// Reads a text that is one such object, and nothing besides.
    package static func envelope(
        of text: [UInt8], _ body: (inout JSONCursor, [UInt8]) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        var cursor = try JSONCursor(text)
        try cursor.envelope(body)
        try cursor.end()
    }

    /// The UTF-8 that a string stands for.
    @inlinable
    package func text(_ token: JSONToken) throws(JSONFault) -> [UInt8] { Array(try content(token)) }

    /// The same, for who needs no copy: a part of the text itself where it has no escapes, with indices of that, which it keeps in memory.
    @inlinable
    package func content(_ token: JSONToken) throws(JSONFault) -> ArraySlice<UInt8> {
        guard token.hasEscapes else { return bytes[token.range.lowerBound + 1..<token.range.upperBound - 1] }
        guard let text = decodeJSONString(bytes[token.range]) else {
            throw fault("half of a surrogate pair stands alone", at: token.range.lowerBound)
        }
        return text[...]
    }
}
