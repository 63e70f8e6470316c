internal import Cryptography
internal import JSONBytes

/// An event as its record keeps it.
struct StoredDetails {
    /// The JSON text of the attribute.
    let json: [UInt8]
    /// What an id is made of where the event has none.
    private let hashed: [UInt8]

    /// Of an event as its producer wrote it: of JSON only the white space goes.
    init(_ details: Details) {
        switch details {
        case .json(let text):
            hashed = Self.minified(text)
            json = Self.isStorable(hashed) ? hashed : Self.object("json", hashed)
        case .lines(let lines):
            hashed = Array(lines.joined(separator: [0x0A]))
            json = Self.object(lines: lines)
        }
    }

    /// An id that equal events have, and no others.
    var digest: [UInt8] { Array("sha256-".utf8) + Digest(of: hashed).hexadecimal.utf8.prefix(32) }

    private static func object(_ name: StaticString, _ text: [UInt8]) -> [UInt8] {
        var json: [UInt8] = []
        json.append(json: "{\"")
        json.append(json: name)
        json.append(json: "\":")
        json.append(jsonString: text)
        json.append(UInt8(ascii: "}"))
        return json
    }

    private static func object(lines: [[UInt8]]) -> [UInt8] {
        var json: [UInt8] = []
        json.append(json: "{\"lines\":[")
        for (index, line) in lines.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json.append(jsonString: line)
        }
        json.append(json: "]}")
        return json
    }

    /// The text without the white space outside its strings.
    private static func minified(_ text: [UInt8]) -> [UInt8] {
        var minified: [UInt8] = []
        minified.reserveCapacity(text.count)
        var rest = text[...]
        while let first = rest.first {
            // To the first quote all white space goes, from there to the next one nothing.
            let outside = rest.prefix { $0 != UInt8(ascii: "\"") }
            for byte in outside where !byte.isSpace { minified.append(byte) }
            rest = rest[outside.endIndex...]
            guard !rest.isEmpty || first == 0 else { break }
            let string = Self.string(rest)
            minified += string
            rest = rest[string.endIndex...]
        }
        return minified
    }

    /// The string that a text begins with, its quotes included.
    private static func string(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var place = text.startIndex + 1
        while place < text.endIndex, text[place] != UInt8(ascii: "\"") {
            place += text[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return text[..<min(place + 1, text.endIndex)]
    }

    private static func isStorable(_ text: [UInt8]) -> Bool {
        do throws(JSONFault) {
            return try JSONText(text).root.isStorable(depth: 1)
        } catch {
            return false
        }
    }
}

// What every store keeps and every strict parser reads (RFC 7493).
extension JSONValue {
    /// So deep values may nest in an attribute, which is a level itself (DynamoDB).
    private static let levels = 32

    fileprivate func isStorable(depth: Int) -> Bool {
        switch kind {
        case .object:
            guard depth < Self.levels, repeatedName == nil else { return false }
            return members.allSatisfy {
                $0.name.range.count > 2 && $0.name.isStorable(depth: depth)
                    && $0.value.isStorable(depth: depth + 1)
            }
        case .array: return depth < Self.levels && elements.allSatisfy { $0.isStorable(depth: depth + 1) }
        case .string: return string?.hasHalfPair == false
        case .number: return DecimalNumber(text.bytes[range]).fault == nil
        case .isTrue, .isFalse, .null: return true
        }
    }
}
