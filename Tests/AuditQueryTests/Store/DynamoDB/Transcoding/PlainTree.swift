@testable import AuditQuery

/// A JSON value whose numbers keep their digits, for comparing texts that are spelt differently.
indirect enum PlainTree: Equatable {
    case text([UInt8])
    case number([UInt8])
    case word([UInt8])
    case list([PlainTree])
    case map([[UInt8]: PlainTree])

    /// Read with the scanner of `Sources/AuditQuery/JSON`, which the transcoder does not use. Nil for what is no
    /// JSON, and for two names that Foundation takes for one.
    init?(_ text: [UInt8]) {
        var scanner = JSONScanner(text)
        // White space may stand around a value; what else does makes it none.
        guard scanner.peek() != nil, let value = try? scanner.value(), (try? scanner.end()) != nil else {
            return nil
        }
        let bytes = Array(text[value])
        switch bytes.first {
        case UInt8(ascii: "{"):
            guard let object = try? JSONObject(bytes) else { return nil }
            let names = Set(object.members.map { String(decoding: $0.name, as: UTF8.self) })
            guard names.count == object.members.count else { return nil }
            var map: [[UInt8]: PlainTree] = [:]
            for member in object.members {
                guard let value = PlainTree(Array(bytes[member.value])) else { return nil }
                map[member.name] = value
            }
            self = .map(map)
        case UInt8(ascii: "["):
            guard let elements = jsonArrayElements(of: bytes, in: 0..<bytes.count) else { return nil }
            let list = elements.compactMap { PlainTree(Array(bytes[$0])) }
            guard list.count == elements.count else { return nil }
            self = .list(list)
        case UInt8(ascii: "\""):
            guard let text = decodeJSONString(bytes[...]) else { return nil }
            self = .text(text)
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): self = .word(bytes)
        default: self = .number(bytes)
        }
    }
}
