internal import JSONBytes

/// Turns plain JSON into typed JSON: `{"a":1}` into `{"a":{"N":"1"}}`. What stands in strings and numbers is
/// copied as it is, escapes and digits included; white space is left out.
struct TypedValueWriter {
    var cursor: JSONCursor

    /// Passes a text that is one object and appends its members, each behind a comma.
    mutating func attributes(to typed: inout [UInt8]) throws(JSONFault) {
        try cursor.expect("{")
        if !cursor.accept("}") {
            repeat {
                typed.append(UInt8(ascii: ","))
                try member(to: &typed, depth: 0)
            } while cursor.accept(",")
            try cursor.expect("}")
        }
        try cursor.end()
    }

    private mutating func member(to typed: inout [UInt8], depth: Int) throws(JSONFault) {
        typed.append(contentsOf: cursor.bytes[try cursor.string().range])
        try cursor.expect(":")
        typed.append(UInt8(ascii: ":"))
        try value(to: &typed, depth: depth)
    }

    private mutating func value(to typed: inout [UInt8], depth: Int) throws(JSONFault) {
        switch cursor.peek() {
        case UInt8(ascii: "\""):
            typed.append(json: "{\"S\":")
            typed.append(contentsOf: cursor.bytes[try cursor.string().range])
        case UInt8(ascii: "{"):
            typed.append(json: "{\"M\":")
            try map(to: &typed, depth: depth)
        case UInt8(ascii: "["):
            typed.append(json: "{\"L\":")
            try list(to: &typed, depth: depth)
        case UInt8(ascii: "t"), UInt8(ascii: "f"):
            typed.append(json: "{\"BOOL\":")
            typed.append(contentsOf: cursor.bytes[try cursor.value()])
        case UInt8(ascii: "n"):
            try cursor.word("null")
            typed.append(json: "{\"NULL\":true")
        default:
            typed.append(json: "{\"N\":\"")
            typed.append(contentsOf: cursor.bytes[try cursor.number()])
            typed.append(UInt8(ascii: "\""))
        }
        typed.append(UInt8(ascii: "}"))
    }

    private mutating func map(to typed: inout [UInt8], depth: Int) throws(JSONFault) {
        try cursor.checkDepth(depth, below: JSONCursor.maximumDepth)
        try cursor.expect("{")
        typed.append(UInt8(ascii: "{"))
        if !cursor.accept("}") {
            try member(to: &typed, depth: depth + 1)
            while cursor.accept(",") {
                typed.append(UInt8(ascii: ","))
                try member(to: &typed, depth: depth + 1)
            }
            try cursor.expect("}")
        }
        typed.append(UInt8(ascii: "}"))
    }

    private mutating func list(to typed: inout [UInt8], depth: Int) throws(JSONFault) {
        try cursor.checkDepth(depth, below: JSONCursor.maximumDepth)
        try cursor.expect("[")
        typed.append(UInt8(ascii: "["))
        if !cursor.accept("]") {
            try value(to: &typed, depth: depth + 1)
            while cursor.accept(",") {
                typed.append(UInt8(ascii: ","))
                try value(to: &typed, depth: depth + 1)
            }
            try cursor.expect("]")
        }
        typed.append(UInt8(ascii: "]"))
    }
}
