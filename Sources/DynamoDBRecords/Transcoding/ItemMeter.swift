internal import AuditRecords
internal import JSONBytes

/// Walks over a record's attributes and finds what DynamoDB would refuse or lose, and the bytes that it counts
/// (Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats").
struct ItemMeter {
    private var cursor: JSONCursor
    /// The bytes of what has been passed, as DynamoDB counts them.
    private(set) var byteCount = 0

    /// A map or list costs so many bytes, and each member or element one more.
    private static let containerByteCount = 3

    init(_ cursor: JSONCursor) {
        self.cursor = cursor
    }

    /// Passes a text that is one object.
    mutating func attributes() throws(JSONFault) {
        try members { meter, name, offset throws(JSONFault) in
            if let key = KeyAttribute(name[...]) {
                throw meter.cursor.fault("\(key.name) is the name of a key of the table", at: offset)
            }
            try meter.value(depth: 0)
        }
        try cursor.end()
    }

    private mutating func value(depth: Int) throws(JSONFault) {
        switch cursor.peek() {
        case UInt8(ascii: "\""): byteCount += try cursor.text(try cursor.string()).count
        case UInt8(ascii: "{"):
            try beginContainer(depth)
            try members { meter, _, _ throws(JSONFault) in
                meter.byteCount += 1
                try meter.value(depth: depth + 1)
            }
        case UInt8(ascii: "["):
            try beginContainer(depth)
            try elements { meter throws(JSONFault) in
                meter.byteCount += 1
                try meter.value(depth: depth + 1)
            }
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            _ = try cursor.value()
            byteCount += 1
        default: try number()
        }
    }

    private mutating func beginContainer(_ depth: Int) throws(JSONFault) {
        try cursor.checkDepth(depth, below: JSONCursor.maximumDepth)
        byteCount += Self.containerByteCount
    }

    private mutating func number() throws(JSONFault) {
        let range = try cursor.number()
        let number = DecimalNumber(cursor.bytes[range])
        if let fault = number.fault { throw cursor.fault("a number \(fault)", at: range.lowerBound) }
        byteCount += number.byteCount
    }

    /// Passes an object and counts its names, each of which may stand once: of two members of one name
    /// DynamoDB would keep one.
    private mutating func members(
        _ body: (inout ItemMeter, _ name: [UInt8], _ offset: Int) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        var seen: Set<[UInt8]> = []
        try cursor.expect("{")
        guard !cursor.accept("}") else { return }
        repeat {
            let token = try cursor.string()
            let name = try cursor.text(token)
            let offset = token.range.lowerBound
            if name.isEmpty { throw cursor.fault("a name is empty", at: offset) }
            if name.count > ItemLimits.nameByteCount { throw cursor.fault("a name is too long", at: offset) }
            guard seen.insert(name).inserted else { throw cursor.fault("a name stands twice", at: offset) }
            byteCount += name.count
            try cursor.expect(":")
            try body(&self, name, offset)
        } while cursor.accept(",")
        try cursor.expect("}")
    }

    private mutating func elements(
        _ body: (inout ItemMeter) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        try cursor.expect("[")
        guard !cursor.accept("]") else { return }
        repeat { try body(&self) } while cursor.accept(",")
        try cursor.expect("]")
    }
}
