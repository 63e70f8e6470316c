/// A JSON object that is being written, open at its end.
struct JSONFields {
    private(set) var bytes = [UInt8(ascii: "{")]

    var isEmpty: Bool { bytes.count == 1 }
    var closed: [UInt8] { bytes + [UInt8(ascii: "}")] }

    /// Most of X-Ray's strings have at most 250 characters.
    static let maximumByteCount = 250

    /// Adds a string, cut to so many bytes of UTF-8. Control characters become spaces, so that the text grows
    /// to twice its size at most.
    mutating func add(_ name: String, _ value: String, limit: Int = Self.maximumByteCount) {
        begin(name)
        bytes.append(UInt8(ascii: "\""))
        for byte in Self.prefix(value.utf8, limit) {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<UInt8(ascii: " "), 0x7f: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func add(_ name: String, _ value: Int64) {
        begin(name)
        bytes += "\(value)".utf8
    }

    /// Adds a finite number. Swift writes those as JSON does.
    mutating func add(_ name: String, _ value: Double) {
        begin(name)
        bytes += "\(value)".utf8
    }

    mutating func add(_ name: String, _ value: Bool) {
        begin(name)
        bytes += "\(value)".utf8
    }

    /// Adds a time as seconds with their microseconds.
    mutating func add(_ name: String, time nanoseconds: UInt64) {
        begin(name)
        let microseconds = nanoseconds / 1000
        let fraction = "\(microseconds % 1_000_000)"
        bytes += "\(microseconds / 1_000_000).".utf8
        bytes += repeatElement(UInt8(ascii: "0"), count: 6 - fraction.utf8.count)
        bytes += fraction.utf8
    }

    /// Adds an object, unless it is empty.
    mutating func add(_ name: String, _ fields: JSONFields) {
        guard !fields.isEmpty else { return }
        begin(name)
        bytes += fields.closed
    }

    /// Adds an array of JSON values, unless it is empty.
    mutating func add(_ name: String, _ values: [[UInt8]]) {
        guard !values.isEmpty else { return }
        begin(name)
        bytes.append(UInt8(ascii: "["))
        bytes += values.joined(separator: [UInt8(ascii: ",")])
        bytes.append(UInt8(ascii: "]"))
    }

    /// Begins a field, whose name needs no escapes.
    private mutating func begin(_ name: String) {
        if !isEmpty { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        bytes += name.utf8
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// As many whole scalars of a text as fit.
    private static func prefix(_ text: String.UTF8View, _ limit: Int) -> Substring.UTF8View {
        guard text.count > limit else { return text[...] }
        var end = text.index(text.startIndex, offsetBy: limit)
        while text[end] & 0b1100_0000 == 0b1000_0000 { end = text.index(before: end) }
        return text[..<end]
    }
}
