internal import JSONBytes

/// Decodes a string that was read, its quotes included. A half of a surrogate pair becomes the three bytes that its code
/// point would have: no UTF-8 has those, so it is told apart from all text (WTF-8, simonsapin.github.io/wtf-8).
func decodeHalfPairs(_ quoted: ArraySlice<UInt8>) -> [UInt8] {
    if let text = decodeJSONString(quoted) { return text }
    var text: [UInt8] = []
    var rest = quoted.dropFirst().dropLast()
    while !rest.isEmpty {
        guard rest[rest.startIndex] == UInt8(ascii: "\\") else {
            let plain = rest.prefix { $0 != UInt8(ascii: "\\") }
            text += plain
            rest = rest[plain.endIndex...]
            continue
        }
        let isPair =
            codeUnit(rest, in: 0xD800..<0xDC00) != nil
            && codeUnit(rest.dropFirst(6), in: 0xDC00..<0xE000) != nil
        let escape = rest.prefix(isPair ? 12 : rest.dropFirst().first == UInt8(ascii: "u") ? 6 : 2)
        rest = rest[escape.endIndex...]
        if !isPair, let half = codeUnit(escape, in: 0xD800..<0xE000) {
            text += [0xE0 | UInt8(half >> 12), 0x80 | UInt8(half >> 6 & 0x3F), 0x80 | UInt8(half & 0x3F)]
        } else {
            text += decodeJSONString([0x22] + escape + [0x22]) ?? []
        }
    }
    return text
}

/// Replaces each half of a surrogate pair, which ``decodeHalfPairs(_:)`` left.
func replacingHalfPairs(_ text: [UInt8], with replacement: [UInt8]) -> [UInt8] {
    guard text.hasHalfPair else { return text }
    var replaced: [UInt8] = []
    var place = 0
    while place < text.count {
        if text.isHalfPair(at: place) {
            replaced += replacement
            place += 3
        } else {
            replaced.append(text[place])
            place += 1
        }
    }
    return replaced
}

extension [UInt8] {
    /// Whether it is no UTF-8 for a half of a surrogate pair.
    var hasHalfPair: Bool { contains(0xED) && indices.contains { isHalfPair(at: $0) } }

    fileprivate func isHalfPair(at place: Int) -> Bool {
        self[place] == 0xED && place + 1 < count && self[place + 1] >= 0xA0
    }
}

/// The code unit of the `\u` escape that a text begins with, if it is in a range.
private func codeUnit(_ text: ArraySlice<UInt8>, in range: Range<UInt16>) -> UInt16? {
    guard text.count >= 6, text.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else { return nil }
    let unit = text.dropFirst(2).prefix(4).reduce(0) { $0 << 4 | UInt16($1.hexadecimalValue ?? 0) }
    return range.contains(unit) ? unit : nil
}
