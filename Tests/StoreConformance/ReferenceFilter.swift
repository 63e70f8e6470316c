package import AuditRecords
import Glibc
import JSONBytes
import TestSupport

/// A JSON value as a tree, numbers as they are written.
package indirect enum Tree: Sendable {
    case null, boolean(Bool), number(String), string([UInt8])
    case array([Tree])
    case object([(name: [UInt8], value: Tree)])

    /// Each element of an array, and of those among them that are arrays; or the value itself.
    var elements: [Tree] {
        if case .array(let elements) = self { elements.flatMap(\.elements) } else { [self] }
    }

    /// What stands at a path.
    package func values(at path: ArraySlice<String>) -> [Tree] {
        elements.flatMap { element in
            guard let name = path.first else { return [element] }
            guard case .object(let members) = element else { return [] }
            return members.filter { $0.name == Array(name.utf8) }.flatMap {
                $0.value.values(at: path.dropFirst())
            }
        }
    }
}

/// A filter as the contract tells of it, evaluated the slowest and plainest way. Shares nothing with what it is held against.
package indirect enum ReferenceFilter: Sendable {
    package enum Operand: Sendable {
        case null, boolean(Bool), number(String), string([UInt8])
        /// A spelling, and the nanoseconds since 1970.
        case instant(String, Int128)
    }

    case all([ReferenceFilter]), any([ReferenceFilter]), not(ReferenceFilter)
    case present([String])
    case compare([String], String, Operand)
    case element([String], ReferenceFilter)

    /// Whether a record passes that has these attributes.
    package func holds(_ record: AuditRecord, _ attributes: Tree) -> Bool {
        guard case .object(let members) = attributes else { return false }
        let fields: [(name: [UInt8], value: Tree)] = [
            ("auditId", record.key.auditId.bytes), ("systemId", record.key.systemId.bytes),
            ("userId", record.userId.bytes), ("resourceId", record.resourceId.bytes),
            ("timestamp", record.key.timestamp),
        ].map { (Array($0.utf8), .string($1)) }
        let names = fields.map(\.name)
        let instant =
            Int128(record.key.instant.seconds) * 1_000_000_000 + Int128(record.key.instant.nanoseconds)
        return holds(.object(fields + members.filter { !names.contains($0.name) }), at: instant)
    }

    /// `instant` is the record's; nil in brackets.
    private func holds(_ tree: Tree, at instant: Int128?) -> Bool {
        switch self {
        case .all(let parts): return parts.allSatisfy { $0.holds(tree, at: instant) }
        case .any(let parts): return parts.contains { $0.holds(tree, at: instant) }
        case .not(let part): return !part.holds(tree, at: instant)
        case .present(let path): return tree.values(at: path[...]).contains(where: Self.isPresent)
        case .compare(let path, "ne", let operand):
            return !Self.compare(path, "eq", operand).holds(tree, at: instant)
        case .compare(["timestamp"], let name, .instant(_, let operand)) where instant != nil:
            return Self.isInOrder(name, (instant ?? 0) < operand, instant == operand)
        case .compare(let path, let name, let operand):
            return tree.values(at: path[...]).contains { Self.passes($0, name, operand) }
        case .element(let path, let inner):
            return tree.values(at: path[...]).contains { value in
                if case .object = value { inner.holds(value, at: nil) } else { false }
            }
        }
    }

    private static func isPresent(_ value: Tree) -> Bool {
        switch value {
        case .null: false
        case .string(let text): !text.isEmpty
        case .object(let members): !members.isEmpty
        default: true
        }
    }

    private static func isInOrder(_ name: String, _ isLess: Bool, _ isEqual: Bool) -> Bool {
        switch name {
        case "eq": isEqual
        case "lt": isLess
        case "le": isLess || isEqual
        case "gt": !isLess && !isEqual
        default: !isLess
        }
    }

    private static func passes(_ value: Tree, _ name: String, _ operand: Operand) -> Bool {
        switch (value, operand) {
        case (.null, .null): return true
        case (.boolean(let value), .boolean(let operand)): return value == operand
        case (.number(let value), .number(let operand)):
            let (left, right) = (LongNumber(value), LongNumber(operand))
            return isInOrder(name, left < right, left == right)
        case (.string(let value), .string(let operand)):
            switch name {
            case "co": return value.indices.contains { value[$0...].starts(with: operand) } || operand.isEmpty
            case "sw": return value.starts(with: operand)
            case "ew": return value.reversed().starts(with: operand.reversed())
            case "cidr": return isInside(value, operand)
            default: return isInOrder(name, value.lexicographicallyPrecedes(operand), value == operand)
            }
        default: return false
        }
    }

    private static func isInside(_ address: [UInt8], _ network: [UInt8]) -> Bool {
        let parts = String(decoding: network, as: UTF8.self).split(separator: "/")
        guard let address = bits(String(decoding: address, as: UTF8.self)), let base = bits(String(parts[0]))
        else { return false }
        let (left, right) = (unmapped(address), unmapped(base))
        guard parts.count > 1, let prefix = Int(parts[1]) else { return left == right }
        if base.count == 128, prefix < 96 {
            return left.count == 128 && left.prefix(prefix) == base.prefix(prefix)
        }
        let rest = prefix - (base.count - right.count)
        return left.count == right.count && left.prefix(rest) == right.prefix(rest)
    }

    private static func unmapped(_ bits: [Bool]) -> [Bool] {
        let mark = Array(repeating: false, count: 80) + Array(repeating: true, count: 16)
        return bits.count == 128 && bits.starts(with: mark) ? Array(bits.suffix(32)) : bits
    }

    /// The bits of an address as the C library reads it.
    package static func bits(_ text: String) -> [Bool]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard !text.utf8.contains(0) else { return nil }
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] where inet_pton(family, text, &bytes) == 1 {
            return bytes.prefix(count).flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 == 1 } }
        }
        return nil
    }
}

/// A number as all its digits from the 1200th before the point to the 1200th behind it.
package struct LongNumber: Comparable {
    private let isNegative: Bool
    private let digits: String

    /// Equal for equal numbers only.
    package var text: String { (isNegative ? "-" : "") + digits }

    package init(_ text: String) {
        let parts = text.lowercased().split(separator: "e")
        let mantissa = parts[0].drop { $0 == "-" }.split(separator: ".")
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        let places = 1200
        let behind = places - fraction.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        let whole = mantissa[0] + fraction + String(repeating: "0", count: behind)
        digits = String(repeating: "0", count: 2 * places - whole.count) + whole
        isNegative = text.hasPrefix("-") && digits.contains { $0 != "0" }
    }

    package static func < (left: LongNumber, right: LongNumber) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? right.digits < left.digits : left.digits < right.digits
    }
}

extension Tree {
    /// The tree of a JSON text.
    package init(json text: [UInt8]) throws {
        var scanner = JSONScanner(text, depth: 80)
        self = try Tree(&scanner)
    }

    private init(_ scanner: inout JSONScanner) throws {
        switch scanner.peek() {
        case UInt8(ascii: "{"):
            var members: [(name: [UInt8], value: Tree)] = []
            try scanner.expect("{")
            if !scanner.accept("}") {
                repeat {
                    let name = scanner.bytes[try scanner.string()]
                    try scanner.expect(":")
                    members.append((decodeJSONString(name) ?? [], try Tree(&scanner)))
                } while scanner.accept(",")
                try scanner.expect("}")
            }
            self = .object(members)
        case UInt8(ascii: "["):
            var elements: [Tree] = []
            try scanner.expect("[")
            if !scanner.accept("]") {
                repeat { elements.append(try Tree(&scanner)) } while scanner.accept(",")
                try scanner.expect("]")
            }
            self = .array(elements)
        default:
            let text = scanner.bytes[try scanner.value()]
            switch text.first {
            case UInt8(ascii: "\""): self = .string(decodeJSONString(text) ?? [])
            case UInt8(ascii: "n"): self = .null
            case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .boolean(text.first == UInt8(ascii: "t"))
            default: self = .number(String(decoding: text, as: UTF8.self))
            }
        }
    }
}
