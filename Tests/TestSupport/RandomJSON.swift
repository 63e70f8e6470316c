package import DemoData

/// Random JSON texts with awkward white space, numbers and escapes.
package struct RandomJSON {
    package var random: SplitMix64

    package init(random: SplitMix64) {
        self.random = random
    }

    package func value() -> String {
        var copy = self
        return copy.value(depth: 0)
    }

    package func object() -> String {
        var copy = self
        return copy.object(depth: 0)
    }

    private mutating func value(depth: Int) -> String {
        switch random.number(below: depth < 4 ? 7 : 5) {
        case 0: return random.pick(["true", "false", "null"])
        case 1, 2: return number()
        case 3, 4: return string()
        case 5: return object(depth: depth)
        default:
            let elements = (0..<random.number(below: 4)).map { _ in value(depth: depth + 1) }
            return "[\(space())\(elements.joined(separator: "\(space()),\(space())"))\(space())]"
        }
    }

    private mutating func object(depth: Int) -> String {
        let members = (0..<random.number(below: 4)).map { _ in
            "\(string())\(space()):\(space())\(value(depth: depth + 1))"
        }
        return "{\(space())\(members.joined(separator: "\(space()),\(space())"))\(space())}"
    }

    private mutating func space() -> String { random.pick(["", "", "", " ", "\n", "\t", "\r\n"]) }

    private mutating func number() -> String {
        let whole = random.pick(["0", "7", "10", "123456789", "12345678901234567890123456789012345678"])
        let fraction = random.pick(["", "", ".0", ".5", ".10", ".000000001"])
        return random.pick(["", "-"]) + whole + fraction + random.pick(["", "", "e1", "E+2", "e-10"])
    }

    private mutating func string() -> String {
        let parts = (0..<random.number(below: 5)).map { _ in
            random.pick([
                "a", "é", "e\u{301}", "日", "\u{10FFFF}", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9",
                "\\u2028",
                "\\uD83D\\uDE00", " ", "\u{7F}",
            ])
        }
        return "\"\(parts.joined())\""
    }
}
