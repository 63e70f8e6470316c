internal import JSONBytes

/// The parts of a CEF message's header that say something of the event: between bars, in which `\|` and `\\` are escapes.
struct CEFHeader {
    let vendor: [UInt8]
    let product: [UInt8]
    let signature: [UInt8]
    let name: [UInt8]
    /// The extension.
    let rest: ArraySlice<UInt8>

    /// Of the text behind `CEF:0|`.
    init(_ text: ArraySlice<UInt8>) throws(EventFault) {
        var cells: [[UInt8]] = [[]]
        var place = text.startIndex
        while place < text.endIndex, cells.count <= 6 {
            let byte = text[place]
            let next = place + 1 < text.endIndex ? text[place + 1] : 0
            if byte == UInt8(ascii: "\\"), next == UInt8(ascii: "|") || next == UInt8(ascii: "\\") {
                cells[cells.count - 1].append(next)
                place += 1
            } else if byte == UInt8(ascii: "|") {
                cells.append([])
            } else {
                cells[cells.count - 1].append(byte)
            }
            place += 1
        }
        guard cells.count > 6 else { throw .refused("the header of the CEF message ends early") }
        (vendor, product, signature, name) = (cells[0], cells[1], cells[3], cells[4])
        rest = text[place...]
    }
}

/// The extension of a CEF message: `name=value`, with blanks in values. A value ends before the next white space that a
/// name and an equals sign follow.
struct CEFExtension {
    private var fields: [(name: ArraySlice<UInt8>, value: [UInt8])] = []

    init(_ text: ArraySlice<UInt8>) {
        let names = Self.names(text)
        for (index, name) in names.enumerated() {
            let end = index + 1 < names.count ? names[index + 1].start : text.endIndex
            fields.append((name.name, Self.unescaped(text[name.end..<end].trimmed)))
        }
    }

    /// The last value of a name that is not empty; an empty one where all are.
    func value(_ name: StaticString) -> [UInt8]? {
        let values = fields.filter { $0.name.spells(name) }
        return (values.last { !$0.value.isEmpty } ?? values.last)?.value
    }

    /// The value of the first of these names that has one that is not empty.
    func first(_ names: StaticString...) -> [UInt8]? {
        for name in names {
            if let value = value(name), !value.isEmpty { return value }
        }
        return nil
    }

    /// The names, with where the white space before each begins, and where its value does.
    private static func names(
        _ text: ArraySlice<UInt8>
    ) -> [(name: ArraySlice<UInt8>, start: Int, end: Int)] {
        var names: [(name: ArraySlice<UInt8>, start: Int, end: Int)] = []
        var place = text.startIndex
        while place < text.endIndex {
            let start = place
            let begin = text.end(from: place, while: \.isSpace)
            let isAtName = begin > start || place == text.startIndex
            if isAtName, let end = nameEnd(text, begin) {
                names.append((text[begin..<end], start, end + 1))
                place = end + 1
            } else {
                place = text.end(from: begin) { !$0.isSpace }
            }
        }
        return names
    }

    /// Where the equals sign behind the name at a place stands.
    private static func nameEnd(_ text: ArraySlice<UInt8>, _ begin: Int) -> Int? {
        guard begin < text.endIndex, text[begin].isLetter else { return nil }
        var end = text.end(from: begin) { $0.isWord || $0 == "." }
        if end < text.endIndex, text[end] == UInt8(ascii: "[") {
            let digits = text[(end + 1)...].prefix(while: \.isDigit)
            guard !digits.isEmpty, digits.endIndex < text.endIndex, text[digits.endIndex] == UInt8(ascii: "]")
            else { return nil }
            end = digits.endIndex + 1
        }
        return end < text.endIndex && text[end] == UInt8(ascii: "=") ? end : nil
    }

    private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.contains(UInt8(ascii: "\\")) else { return Array(text) }
        var value: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.popFirst() else {
                value.append(byte)
                continue
            }
            switch next {
            case UInt8(ascii: "n"): value.append(0x0A)
            case UInt8(ascii: "r"): value.append(0x0D)
            case UInt8(ascii: "="), UInt8(ascii: "\\"), UInt8(ascii: "|"): value.append(next)
            default: value += [byte, next]
            }
        }
        return value
    }
}
