/// Splits a command line into words as a shell does (POSIX.1-2024, 2.2 Quoting), without running one: no
/// variables, patterns or pipes.
enum CommandWords {
    /// The words; nil when a quotation or an escape does not end.
    static func split(_ line: String) -> [String]? {
        var words: [[UInt8]] = []
        var word: [UInt8]?
        var rest = line.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"):
                if let word { words.append(word) }
                word = nil
            case UInt8(ascii: "'"):
                guard let end = rest.firstIndex(of: byte) else { return nil }
                word = (word ?? []) + rest[..<end]
                rest = rest[end...].dropFirst()
            case UInt8(ascii: "\""):
                guard let quoted = popQuoted(&rest) else { return nil }
                word = (word ?? []) + quoted
            case UInt8(ascii: "\\"):
                guard let next = rest.popFirst() else { return nil }
                word = (word ?? []) + [next]
            default: word = (word ?? []) + [byte]
            }
        }
        if let word { words.append(word) }
        return words.map { String(decoding: $0, as: UTF8.self) }
    }

    /// What stands up to the closing double quote, in which \ escapes only what would mean something.
    private static func popQuoted(_ rest: inout Substring.UTF8View) -> [UInt8]? {
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return text }
            if byte == UInt8(ascii: "\\"), let next = rest.first, "\"\\$`".utf8.contains(next) {
                text.append(next)
                rest.removeFirst()
            } else {
                text.append(byte)
            }
        }
        return nil
    }
}
