internal import JSONBytes

/// The pairs of a message of Keycloak's event logger: `type="LOGIN", realmId="…"`; before version 24 bare, or in
/// apostrophes where they have a blank.
struct KeycloakMessage {
    private var fields: [(name: ArraySlice<UInt8>, value: [UInt8])] = []

    init(_ text: ArraySlice<UInt8>) {
        var place = text.startIndex
        var nexts = NextBytes(text)
        while place < text.endIndex {
            let end = text.end(from: place, while: Self.isOfName)
            guard end > place else {
                place = text.scalar(at: place).end
                continue
            }
            guard end < text.endIndex, text[end] == UInt8(ascii: "="),
                let value = Self.value(text[(end + 1)...], &nexts)
            else {
                place = end
                continue
            }
            fields.append((text[place..<end], Self.bare(value)))
            place = min(value.endIndex + 2, text.endIndex)
        }
    }

    /// The value of the first field of a name; nil where it is `null`, or empty.
    func value(_ name: StaticString) -> [UInt8]? {
        guard let value = fields.first(where: { $0.name.spells(name) })?.value, !value.isEmpty,
            !value.spells("null")
        else { return nil }
        return value
    }

    private static func isOfName(_ scalar: Unicode.Scalar) -> Bool { scalar.isWord || scalar == "." }

    /// The value that a text begins with, behind which it ends or goes on with a comma and a blank.
    private static func value(
        _ text: ArraySlice<UInt8>, _ nexts: inout NextBytes
    ) -> ArraySlice<UInt8>? {
        let comma = nexts.place(of: UInt8(ascii: ","), from: text.startIndex)
        for end in [quotedEnd(text), apostropheEnd(text, &nexts), comma ?? text.endIndex] {
            if let end, isEnd(text[end...]) { return text[..<end] }
        }
        return nil
    }

    private static func isEnd(_ rest: ArraySlice<UInt8>) -> Bool {
        rest.isEmpty || rest.begins(with: ", ") || rest.spells("\n")
    }

    /// The place behind the quotes that a text begins with. A backslash and what follows it, but no line end, are one.
    private static func quotedEnd(_ text: ArraySlice<UInt8>) -> Int? {
        guard text.first == UInt8(ascii: "\"") else { return nil }
        var place = text.startIndex + 1
        while place < text.endIndex, text[place] != UInt8(ascii: "\"") {
            if text[place] == UInt8(ascii: "\\") {
                guard place + 1 < text.endIndex, text[place + 1] != UInt8(ascii: "\n") else { return nil }
                place += 1
            }
            place += 1
        }
        return place < text.endIndex ? place + 1 : nil
    }

    private static func apostropheEnd(_ text: ArraySlice<UInt8>, _ nexts: inout NextBytes) -> Int? {
        guard text.first == UInt8(ascii: "'") else { return nil }
        return nexts.place(of: UInt8(ascii: "'"), from: text.startIndex + 1).map { $0 + 1 }
    }

    private static func bare(_ value: ArraySlice<UInt8>) -> [UInt8] {
        let isQuoted = value.first == UInt8(ascii: "\"") || value.first == UInt8(ascii: "'")
        guard isQuoted, value.count > 1 else { return Array(value) }
        let last = value.scalarStart(before: value.endIndex)
        return last > value.startIndex ? Array(value[(value.startIndex + 1)..<last]) : []
    }
}
