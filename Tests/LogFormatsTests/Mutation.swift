/// Changes of a text by a seed: most leave some of its events whole.
struct Mutation {
    var numbers: Numbers

    private static let values = [
        "null", "true", "false", "0", "-1", "7", "403", "1.5", "1e400", "9007199254740993", "\"\"", "\"x\"",
        "\"unknown\"", "\"\\ud800\"", "\"\\u0007\\ud83d\\ude00\"", "\"Failure\"", "\"1.2.3.4:5\"", "[]", "{}",
        "[\"a\",\"b\"]",
        "{\"value\":\"v\"}", "{\"a\":1,\"a\":2}", "NaN", "01", "\"2024-02-30T10:00:00Z\"",
        "\"2024-02-28T10:00:00.1234567899+01:30\"", "1700000000123", "\"1700000000123\"",
    ].map { Array($0.utf8) }

    /// The text with up to four changes.
    mutating func changed(_ text: [UInt8]) -> [UInt8] {
        var text = text
        for _ in 0..<Int.random(in: 1...4, using: &numbers) where !text.isEmpty { change(&text) }
        return text
    }

    private mutating func change(_ text: inout [UInt8]) {
        let place = Int.random(in: 0..<text.count, using: &numbers)
        switch Int.random(in: 0..<8, using: &numbers) {
        case 0: text[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
        case 1: text[place] = UInt8.random(in: 0...255, using: &numbers)
        case 2: text.removeSubrange(line(at: place, of: text))
        case 3:
            text.insert(contentsOf: text[line(at: place, of: text)], at: line(at: place, of: text).lowerBound)
        case 4:
            text.insert(contentsOf: "{}[],:\n\"\\ \r\t".utf8.shuffled(using: &numbers).prefix(1), at: place)
        case 5: text.removeLast(text.count - place)
        default: replaceValue(&text, behind: place)
        }
    }

    private func line(at place: Int, of text: [UInt8]) -> Range<Int> {
        let start = text[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let end = text[place...].firstIndex(of: 0x0A).map { $0 + 1 } ?? text.count
        return start..<end
    }

    /// Another value for the next member whose value is no object or array.
    private mutating func replaceValue(_ text: inout [UInt8], behind place: Int) {
        var place = place
        while place + 2 < text.count {
            defer { place += 1 }
            guard text[place] == UInt8(ascii: "\""), text[place + 1] == UInt8(ascii: ":") else { continue }
            var start = place + 2
            while start < text.count, text[start] == 0x20 { start += 1 }
            guard start < text.count, text[start] != UInt8(ascii: "{"), text[start] != UInt8(ascii: "[")
            else {
                continue
            }
            var end = start + 1
            if text[start] == UInt8(ascii: "\"") {
                while end < text.count, text[end] != UInt8(ascii: "\"") {
                    end += text[end] == UInt8(ascii: "\\") ? 2 : 1
                }
                end = min(end + 1, text.count)
            } else {
                while end < text.count, !",}] \n".utf8.contains(text[end]) { end += 1 }
            }
            let value = Self.values[Int.random(in: 0..<Self.values.count, using: &numbers)]
            return text.replaceSubrange(start..<end, with: value)
        }
    }
}
