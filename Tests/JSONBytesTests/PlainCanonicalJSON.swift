@testable import JSONBytes

/// The canonical form as decision 42 says it, value by value and without a thought for speed: what ``CanonicalJSON`` must write.
struct PlainCanonicalJSON {
    private let source: JSONObject
    private(set) var text: [UInt8] = []

    private struct Refused: Error {}

    private static func present<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Refused() }
        return value
    }

    init(object text: [UInt8]) throws {
        source = try JSONObject(text)
        try append(source)
    }

    private mutating func append(_ value: Range<Int>) throws {
        switch source.bytes[value.lowerBound] {
        case UInt8(ascii: "{"): try append(Self.present(source.object(at: value)))
        case UInt8(ascii: "["): try append(elements: source.elements(at: value) ?? [])
        case UInt8(ascii: "\""): text.append(jsonString: try Self.present(source.string(at: value)))
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): text += source.bytes[value]
        default: text += DecimalNumber.canonicalText(source.bytes[value])
        }
    }

    private mutating func append(_ object: JSONObject) throws {
        guard object.repeatedName == nil else { throw Refused() }
        let members = object.members.sorted { $0.name.lexicographicallyPrecedes($1.name) }
        text += Array("{".utf8)
        for (index, member) in members.enumerated() {
            if index > 0 { text += Array(",".utf8) }
            text.append(jsonString: member.name)
            text += Array(":".utf8)
            try append(member.value)
        }
        text += Array("}".utf8)
    }

    private mutating func append(elements: [Range<Int>]) throws {
        text += Array("[".utf8)
        for (index, element) in elements.enumerated() {
            if index > 0 { text += Array(",".utf8) }
            try append(element)
        }
        text += Array("]".utf8)
    }
}
