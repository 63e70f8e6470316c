package import AuditRecords
import DemoData
import JSONBytes
import TestSupport

/// Records that have their shape in common.
extension RandomFilters {
    /// The attributes of a record.
    mutating func attributes() -> Tree { record().tree }

    /// The same with other values.
    mutating func varied(_ tree: Tree) -> Tree {
        switch tree {
        case .null, .boolean, .number:
            switch random.number(below: 6) {
            case 0: .null
            case 1: .boolean(random.once(in: 2))
            default: .number(random.pick(Self.numbers))
            }
        case .string: .string(Array(random.pick(Self.strings).utf8))
        case .array(let elements): .array(elements.map { varied($0) })
        case .object(let members): .object(members.map { ($0.name, varied($0.value)) })
        }
    }
}

extension Tree {
    /// The JSON text without needless spaces and escapes.
    package var plainText: String {
        switch self {
        case .null: return "null"
        case .boolean(let value): return "\(value)"
        case .number(let number): return number
        case .string(let text): return Self.quoted(text)
        case .array(let elements): return "[\(elements.map(\.plainText).joined(separator: ","))]"
        case .object(let members):
            let members = members.map { "\(Self.quoted($0.name)):\($0.value.plainText)" }
            return "{\(members.joined(separator: ","))}"
        }
    }

    private static func quoted(_ text: [UInt8]) -> String {
        var quoted: [UInt8] = []
        quoted.append(jsonString: text)
        return String(decoding: quoted, as: UTF8.self)
    }

    /// What is left where all at a path is hidden.
    package func without(_ path: ArraySlice<Identifier>) -> Tree {
        guard let name = path.first else { return self }
        return switch self {
        case .array(let elements): .array(elements.map { $0.without(path) })
        case .object(let members):
            .object(
                members.filter { path.count > 1 || $0.name != name.bytes }.map { member in
                    member.name == name.bytes
                        ? (member.name, member.value.without(path.dropFirst())) : member
                })
        default: self
        }
    }
}
