internal import AuditRecords
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
            json = RecordRules.isFit(attribute: hashed) ? hashed : Self.object("json", hashed)
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
        text.withUnsafeBytes { bytes in
            [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
                var place = 0
                while place < bytes.count {
                    let byte = bytes[place]
                    guard byte == UInt8(ascii: "\"") else {
                        if !byte.isSpace {
                            buffer[count] = byte
                            count += 1
                        }
                        place += 1
                        continue
                    }
                    let end = Self.stringEnd(bytes, from: place)
                    UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[place..<end]))
                    count += end - place
                    place = end
                }
            }
        }
    }

    /// Behind the string that begins at a place.
    private static func stringEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var place = start + 1
        while true {
            place = ByteSearch.placeOfSpecial(in: bytes, from: place)
            guard place < bytes.count else { return bytes.count }
            switch bytes[place] {
            case UInt8(ascii: "\""): return place + 1
            case UInt8(ascii: "\\"): place = min(place + 2, bytes.count)
            default: place += 1
            }
        }
    }
}
