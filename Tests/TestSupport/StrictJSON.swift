/// A reader of JSON as RFC 8259 and RFC 7493 have it, the simplest way: over scalars, one rule a function. It shares
/// nothing with what it checks. Beyond the grammar: valid UTF-8, no half of a surrogate pair, and no name twice in one
/// object.
package struct StrictJSON {
    package struct Refusal: Error, CustomStringConvertible {
        package let description: String
    }

    private var rest: Substring.UnicodeScalarView

    /// Reads a text that is one value.
    package static func check(_ bytes: [UInt8]) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Refusal(description: "no UTF-8")
        }
        var reader = StrictJSON(rest: Substring(text).unicodeScalars)
        try reader.value()
        reader.space()
        guard reader.rest.isEmpty else { throw Refusal(description: "more than one value") }
    }

    private mutating func value() throws {
        space()
        switch rest.first {
        case "{": try object()
        case "[": try list(end: "]") { try $0.value() }
        case "\"": _ = try string()
        case "t": try word("true")
        case "f": try word("false")
        case "n": try word("null")
        default: try number()
        }
    }

    private mutating func object() throws {
        var names: [[Unicode.Scalar]] = []
        try list(end: "}") { reader in
            reader.space()
            let name = try reader.string()
            guard !names.contains(name) else { throw Refusal(description: "a name twice") }
            names.append(name)
            reader.space()
            try reader.take(":")
            try reader.value()
        }
    }

    private mutating func list(end: Unicode.Scalar, _ element: (inout StrictJSON) throws -> Void) throws {
        rest.removeFirst()
        space()
        if rest.first == end { return try take(end) }
        while true {
            try element(&self)
            space()
            if rest.first == end { return try take(end) }
            try take(",")
        }
    }

    private mutating func string() throws -> [Unicode.Scalar] {
        try take("\"")
        var units: [UInt16] = []
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"":
                var (decoder, input) = (UTF16(), units.makeIterator())
                var scalars: [Unicode.Scalar] = []
                while true {
                    switch decoder.decode(&input) {
                    case .scalarValue(let scalar): scalars.append(scalar)
                    case .emptyInput: return scalars
                    case .error: throw Refusal(description: "half of a surrogate pair")
                    }
                }
            case "\\": units.append(contentsOf: try escape())
            case _ where scalar.value < 0x20: throw Refusal(description: "a control character")
            default: units.append(contentsOf: String(scalar).utf16)
            }
        }
        throw Refusal(description: "a string without end")
    }

    private mutating func escape() throws -> [UInt16] {
        switch rest.popFirst() {
        case "\"": return [0x22]
        case "\\": return [0x5C]
        case "/": return [0x2F]
        case "b": return [8]
        case "f": return [12]
        case "n": return [10]
        case "r": return [13]
        case "t": return [9]
        case "u":
            let digits = rest.prefix(4)
            rest = rest.dropFirst(4)
            guard digits.count == 4, digits.allSatisfy({ $0.properties.isASCIIHexDigit }),
                let unit = UInt16(String(digits), radix: 16)
            else { throw Refusal(description: "no four digits") }
            return [unit]
        default: throw Refusal(description: "no such escape")
        }
    }

    private mutating func number() throws {
        if rest.first == "-" { rest.removeFirst() }
        if rest.first == "0" { rest.removeFirst() } else { try digits() }
        if rest.first == "." {
            rest.removeFirst()
            try digits()
        }
        if rest.first == "e" || rest.first == "E" {
            rest.removeFirst()
            if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
            try digits()
        }
    }

    private mutating func digits() throws {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        guard !digits.isEmpty else { throw Refusal(description: "a digit was expected") }
        rest = rest.dropFirst(digits.count)
    }

    private mutating func word(_ word: String) throws {
        guard rest.starts(with: word.unicodeScalars) else { throw Refusal(description: "no \(word)") }
        rest = rest.dropFirst(word.unicodeScalars.count)
    }

    private mutating func take(_ scalar: Unicode.Scalar) throws {
        guard rest.popFirst() == scalar else { throw Refusal(description: "no \(scalar)") }
    }

    private mutating func space() { rest = rest.drop { " \t\n\r".unicodeScalars.contains($0) } }
}
