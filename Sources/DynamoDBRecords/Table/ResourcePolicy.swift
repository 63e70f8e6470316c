internal import FoundationEssentials

/// The policy that a table has of its own in one region
/// (docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html).
package struct ResourcePolicy: Sendable {
    private let statements: Set<Value>

    /// Reads a policy's JSON; nil when it is none.
    package init?(_ document: String) {
        struct Policy: Decodable { let Statement: Value }
        guard let policy = try? JSONDecoder().decode(Policy.self, from: Data(document.utf8)) else {
            return nil
        }
        statements = policy.Statement.elements
    }

    /// How many statements it has.
    package var count: Int { statements.count }

    /// Whether two policies of one table, each in its region, say the same, in whatever order. Regions in ARNs may differ, and
    /// so may the statement `exempt`.
    package func agrees(
        with other: ResourcePolicy, exempt: String, regions: (own: String, other: String)
    ) -> Bool {
        comparable(exempt, regions.own) == other.comparable(exempt, regions.other)
    }

    private func comparable(_ exempt: String, _ region: String) -> Set<Value> {
        Set(statements.filter { $0["Sid"] != .text(exempt) }.map { $0.replacing(":\(region):") })
    }
}

/// JSON in which order does not count, nor whether one element stands in a list: IAM's own view of it.
private indirect enum Value: Sendable, Hashable, Decodable {
    case text(String)
    case flag(Bool)
    case list(Set<Value>)
    case members([String: Value])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let list = try? container.decode([Value].self) {
            self = list.count == 1 ? list[0] : .list(Set(list))
        } else {
            self = .members(try container.decode([String: Value].self))
        }
    }

    var elements: Set<Value> {
        guard case .list(let elements) = self else { return [self] }
        return elements
    }

    subscript(name: String) -> Value? {
        guard case .members(let members) = self else { return nil }
        return members[name]
    }

    func replacing(_ part: String) -> Value {
        switch self {
        case .text(let text): .text(text.replacing(part, with: ":*:"))
        case .flag: self
        case .list(let elements): .list(Set(elements.map { $0.replacing(part) }))
        case .members(let members): .members(members.mapValues { $0.replacing(part) })
        }
    }
}
