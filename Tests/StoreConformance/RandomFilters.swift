import DemoData
import TestSupport
@testable import AuditRecords

/// Random filters and records made of few names and values, so that they often have to do with each other.
struct RandomFilters {
    var random: SplitMix64

    private static let names = [
        "a", "b", "c", "x.y", "é", "longer-name", "longer-names", "userId", "timestamp", "not",
    ]
    static let strings = [
        "", "a", "b", "ab", "aab", "aaab", "abab", "é", "e\u{301}", "日本", "A", "\n", "\"\\", "10.0.0.1",
        "10.1.2.3", "::1",
        "::ffff:10.0.0.1", "2001:db8::1", "10.0.0.01", "10.0.0.1:80", "longer than eight bytes",
        "longer than eight byt",
    ]
    private static let networks = [
        "10.0.0.0/8", "10.0.0.0/31", "10.0.0.1", "0.0.0.0/0", "::/0", "::1/127", "2001:db8::/32",
        "::ffff:10.9.9.9/104",
        "::ffff:10.0.0.1", "::ffff:0:0/95", "::ffff:0.0.0.0/96", "2001:DB8:0:0::1/128",
    ]
    static let numbers = [
        "0", "-0", "0.0e5", "1", "1.0", "10e-1", "-1", "-1.00", "0.1", "1e-1", "100", "1E+2", "1e400",
        "1e399", "-1e400", "10e399",
        "12345678901234567890123456789012345678", "12345678901234567890123456789012345678.5",
        "0.10000000000000000000001",
        "12345678901234567890123456789012345677", "9", "10", "0.0009", "1e-400",
    ]
    private static let instants: [(String, Int128)] = [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01T02:00:00.000000001+02:00", 1),
        ("1970-01-01T00:00:01.5z", 1_500_000_000),
        ("1969-12-31T23:59:59.999Z", -1_000_000), ("1970-01-01T00:00:00.0015Z", 1_500_000),
    ]

    // MARK: Records

    mutating func record() -> (record: AuditRecord, tree: Tree) {
        let tree = object(depth: 0)
        let nanoseconds = random.pick(Self.instants).1
        let seconds = nanoseconds < 0 ? -1 : nanoseconds / 1_000_000_000
        func id() -> Identifier { Identifier(random.pick(Self.strings)) }
        let record = TestRecord.make(
            id(),
            at: Timestamp(seconds: Int64(seconds), nanoseconds: Int32(nanoseconds - seconds * 1_000_000_000)),
            system: id(), user: id(), resource: id(), attributes: text(tree))
        return (record, tree)
    }

    private mutating func object(depth: Int) -> Tree {
        var names = Self.names
        names.shuffle(using: &random)
        return .object(
            names.prefix(random.number(below: depth == 0 ? 8 : 4)).map {
                (Array($0.utf8), tree(depth: depth + 1))
            })
    }

    private mutating func tree(depth: Int) -> Tree {
        switch random.number(below: depth < 4 ? 12 : 6) {
        case 0: .null
        case 1: .boolean(random.once(in: 2))
        case 2, 3: .number(random.pick(Self.numbers))
        case 4, 5: .string(Array(random.pick(Self.strings).utf8))
        case 6...8: object(depth: depth)
        default: .array((0..<random.number(below: 4)).map { _ in tree(depth: depth + 1) })
        }
    }

    private mutating func space() -> String { random.pick(["", "", "", " ", "\n\t"]) }

    /// A JSON text, with space and escapes here and there.
    mutating func text(_ tree: Tree) -> String {
        switch tree {
        case .null: return "null"
        case .boolean(let value): return "\(value)"
        case .number(let number): return number
        case .string(let text): return string(text)
        case .array(let elements):
            return "[\(space())\(elements.map { text($0) + space() }.joined(separator: ",\(space())"))]"
        case .object(let members):
            let members = members.map { "\(string($0.name))\(space()):\(space())\(text($0.value))\(space())" }
            return "{\(space())\(members.joined(separator: ",\(space())"))}"
        }
    }

    /// A JSON string, with an escape here and there.
    private mutating func string(_ text: [UInt8]) -> String {
        var quoted = "\""
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            if scalar.value < 0x20 || "\"\\".unicodeScalars.contains(scalar) || random.once(in: 20) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: random.once(in: 2))
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    // MARK: Filters

    /// A filter of at most so many comparisons.
    mutating func filter(_ comparisons: Int = 12) -> ReferenceFilter {
        var left = random.number(in: 1...comparisons)
        return filter(depth: 0, inBrackets: false, &left)
    }

    private mutating func filter(depth: Int, inBrackets: Bool, _ left: inout Int) -> ReferenceFilter {
        if depth < 5, left > 1 {
            switch random.number(below: 6) {
            case 0, 1:
                left -= 1
                let parts = (0..<random.number(in: 2...3)).map { _ in
                    filter(depth: depth + 1, inBrackets: inBrackets, &left)
                }
                return random.once(in: 2) ? .all(parts) : .any(parts)
            case 2: return .not(filter(depth: depth + 1, inBrackets: inBrackets, &left))
            case 3: return .element(path(), filter(depth: depth + 1, inBrackets: true, &left))
            default: break
            }
        }
        left -= 1
        let path = path()
        if path == ["timestamp"], !inBrackets {
            let (text, instant) = random.pick(Self.instants)
            return .compare(path, random.pick(["eq", "ne", "gt", "ge", "lt", "le"]), .instant(text, instant))
        }
        return comparison(path)
    }

    private mutating func comparison(_ path: [String]) -> ReferenceFilter {
        let name = random.pick(["eq", "eq", "ne", "gt", "ge", "lt", "le", "co", "sw", "ew", "cidr", "pr"])
        switch name {
        case "pr": return .present(path)
        case "cidr": return .compare(path, name, .string(Array(random.pick(Self.networks).utf8)))
        case "co", "sw", "ew": return .compare(path, name, .string(Array(random.pick(Self.strings).utf8)))
        default: break
        }
        let operand: ReferenceFilter.Operand =
            switch random.number(below: name == "eq" || name == "ne" ? 6 : 4) {
            case 0, 1: .number(random.pick(Self.numbers))
            case 2, 3: .string(Array(random.pick(Self.strings).utf8))
            case 4: .boolean(random.once(in: 2))
            default: .null
            }
        return .compare(path, name, operand)
    }

    private mutating func path() -> [String] {
        var path = (0..<random.pick([1, 1, 1, 2, 2, 3])).map { _ in random.pick(Self.names) }
        if random.once(in: 8) {
            path[0] = random.pick(["auditId", "systemId", "userId", "resourceId", "timestamp"])
        }
        return path
    }

    /// How somebody may write a filter.
    mutating func text(_ filter: ReferenceFilter) -> String {
        switch filter {
        case .all(let parts): return parts.map { group($0) }.joined(separator: " \(word("and")) ")
        case .any(let parts):
            return parts.map { part in
                if case .all = part, random.once(in: 2) { text(part) } else { group(part) }
            }.joined(separator: " \(word("or")) ")
        case .not(let part): return "\(word("not"))\(space())(\(space())\(text(part))\(space()))"
        case .present(let path): return "\(text(path)) \(word("pr"))"
        case .compare(let path, let name, let operand):
            return "\(text(path)) \(word(name)) \(space())\(text(operand))"
        case .element(let path, let inner):
            return "\(text(path))\(space())[\(space())\(text(inner))\(space())]"
        }
    }

    /// In parentheses where it needs them, and sometimes where it does not.
    private mutating func group(_ part: ReferenceFilter) -> String {
        switch part {
        case .all, .any: "(\(space())\(text(part))\(space()))"
        default: random.once(in: 8) ? "(\(text(part)))" : text(part)
        }
    }

    private mutating func word(_ word: String) -> String {
        String(word.map { random.once(in: 3) ? Character($0.uppercased()) : $0 })
    }

    private mutating func text(_ path: [String]) -> String {
        path.map { name in
            let isPlain = name.utf8.allSatisfy { AttributePath.isPlain($0) }
            return isPlain && !random.once(in: 10) ? name : string(Array(name.utf8))
        }.joined(separator: ".")
    }

    private mutating func text(_ operand: ReferenceFilter.Operand) -> String {
        switch operand {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .number(let number): number
        case .string(let text): string(text)
        case .instant(let text, _): "\"\(text)\""
        }
    }
}
