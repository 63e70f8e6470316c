internal import JSONBytes

/// The fields of a line of the Linux audit log, those within `msg='…'` and the enriched ones behind them.
struct AuditFields {
    private var fields: [(name: ArraySlice<UInt8>, text: ArraySlice<UInt8>)] = []

    /// Values of these may be hexadecimal digits of bytes (the field dictionary of linux-audit's documentation).
    private static let encodedNames: [StaticString] = [
        "acct", "name", "exe", "comm", "cwd", "cmd", "path", "data", "grp", "proctitle", "key",
    ]
    /// What stands where there is no value.
    private static let emptyValues: [StaticString] = [
        "", "?", "(null)", "(none)", "unset", "4294967295", "-1",
    ]
    /// Stands before what `log_format = ENRICHED` adds.
    private static let enrichment: UInt8 = 0x1D

    /// No fields.
    init() {}

    init(_ body: ArraySlice<UInt8>) {
        let plain = body.prefix { $0 != Self.enrichment }
        if let message = Self.message(plain) {
            take(Array(plain[..<message.lowerBound] + plain[message.upperBound...])[...])
            take(plain[(message.lowerBound + 5)..<(message.upperBound - 1)])
        } else {
            take(plain)
        }
        take(body[plain.endIndex...].dropFirst())
    }

    /// The value of the first field of a name.
    func value(_ name: StaticString) -> [UInt8]? {
        fields.first { $0.name.spells(name) }.map { Self.decoded($0.text, of: $0.name) }
    }

    /// That value, if it is one.
    func given(_ name: StaticString) -> [UInt8]? {
        guard let value = value(name), !Self.emptyValues.contains(where: value[...].spells) else {
            return nil
        }
        return value
    }

    /// Where `msg='…'` stands.
    private static func message(_ text: ArraySlice<UInt8>) -> Range<Int>? {
        var rest = text
        while let quote = rest.place(of: UInt8(ascii: "'")) {
            rest = text[(quote + 1)...]
            guard text[..<quote].suffix(4).spells("msg=") else { continue }
            return rest.lastIndex(of: UInt8(ascii: "'")).map { (quote - 4)..<($0 + 1) }
        }
        return nil
    }

    private mutating func take(_ text: ArraySlice<UInt8>) {
        var place = text.startIndex
        var closes = NextBytes(text)
        while place < text.endIndex {
            guard text[place].isLetter else {
                place += 1
                continue
            }
            let end = text.end(from: place) { $0.isWord || $0 == "-" }
            guard end < text.endIndex, text[end] == UInt8(ascii: "="),
                let value = Self.value(text[(end + 1)...], &closes)
            else {
                place = end
                continue
            }
            let name = text[place..<end]
            fields.append((name, value))
            place = value.endIndex
        }
    }

    /// The value that a text begins with, its quotes or braces included.
    private static func value(
        _ text: ArraySlice<UInt8>, _ closes: inout NextBytes
    ) -> ArraySlice<UInt8>? {
        guard let first = text.first else { return nil }
        let close: UInt8? =
            switch first {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): first
            case UInt8(ascii: "{"): UInt8(ascii: "}")
            default: nil
            }
        if let close, let end = closes.place(of: close, from: text.startIndex + 1) { return text[...end] }
        let end = text.end(from: text.startIndex) { !$0.isSpace && $0 != "," && $0 != ")" }
        return end > text.startIndex ? text[..<end] : nil
    }

    private static func decoded(_ value: ArraySlice<UInt8>, of name: ArraySlice<UInt8>) -> [UInt8] {
        if value.first == UInt8(ascii: "\"") || value.first == UInt8(ascii: "'") {
            let last = value.scalarStart(before: value.endIndex)
            return Array(value[(value.startIndex + 1)..<max(value.startIndex + 1, last)])
        }
        guard !value.isEmpty, value.count.isMultiple(of: 2), value.allSatisfy(Self.isCapitalHexadecimal),
            encodedNames.contains(where: name.spells)
        else { return Array(value) }
        let bytes = stride(from: value.startIndex, to: value.endIndex, by: 2).compactMap {
            UInt8(hexadecimal: value[$0..<($0 + 2)])
        }
        return Array(String(decoding: bytes, as: UTF8.self).utf8)
    }

    private static func isCapitalHexadecimal(_ byte: UInt8) -> Bool {
        byte.isDigit || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
    }
}
