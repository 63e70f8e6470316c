internal import AuditStores
internal import AuditRecords

/// What DynamoDB leaves out before it answers. Exact where its grammar allows, else coarse: a reader checks
/// every record again.
struct FilterExpression {
    /// The most bytes of an expression, less what a condition may add: DynamoDB's limit is 4 KB.
    private static let mostBytes = 4000
    /// The most systems that are named: each is a function and, but for one, an OR, and DynamoDB takes 300
    /// operators and functions, of which the other conditions need at most 8 (AWS SDK Code Examples, "Count
    /// expression operators in DynamoDB").
    private static let mostPatterns = 146
    /// The most operators and functions, and those that conditions on ids need at most.
    private static let (mostOperators, operatorsOfIds) = (300, 8)
    /// The most equalities that are pushed down: the first tell most records apart.
    private static let mostEqualities = 8

    /// Nil when everything passes.
    private(set) var text: String?
    /// The placeholders' values: strings, as bytes, and numbers.
    private(set) var strings: [(name: String, value: [UInt8])] = []
    private(set) var numbers: [(name: String, value: Int)] = []
    private(set) var booleans: [(name: String, value: Bool)] = []
    /// What the placeholders of names stand for.
    private(set) var names: [(name: String, value: [UInt8])] = []

    /// The filter of a read on a way. It names only what the partition leaves open, and so never a key of what is read,
    /// which DynamoDB refuses (Amazon DynamoDB Developer Guide, "Filter expressions for the Query operation").
    init(_ read: PartitionRead, on way: DynamoDBTable.Way) {
        let filter = read.openRestriction
        let equalities = read.equalities.filter { $0.path.names[0] != way.attribute }
        var conditions: [String] = []
        if let user = filter.userId {
            conditions.append("GS1_PK = \(bind([UInt8(ascii: "#")] + user.bytes))")
        }
        if let resource = filter.resourceId {
            conditions.append("GSI2_PK = \(bind([UInt8(ascii: "#")] + resource.bytes))")
        }
        if let system = filter.systemId { conditions.append(condition(on: system)) }
        if case .only(let patterns) = filter.scope, let scope = condition(on: patterns) {
            conditions.append(scope)
        }
        if case .only(let patterns) = filter.scope {
            append(equalities, to: &conditions, operators: 2 * patterns.count)
        } else {
            append(equalities, to: &conditions, operators: 0)
        }
        if !conditions.isEmpty { text = conditions.joined(separator: " AND ") }
    }

    /// Adds what is known of attributes, as far as the expression has room.
    private mutating func append(
        _ equalities: [RequiredEquality], to conditions: inout [String], operators: Int
    ) {
        var left = Self.mostOperators - Self.operatorsOfIds - operators
        var bytes = conditions.map { $0.utf8.count + " AND ".utf8.count }.reduce(0, +)
        for (number, equality) in equalities.prefix(Self.mostEqualities).enumerated() {
            guard let condition = AttributeCondition(equality, number: number) else { continue }
            left -= condition.operatorCount
            bytes += condition.text.utf8.count + " AND ".utf8.count
            guard left >= 0, bytes <= Self.mostBytes else { return }
            conditions.append(condition.text)
            names += condition.names
            booleans += condition.booleans
            for string in condition.strings where !strings.contains(where: { $0.name == string.name }) {
                strings.append(string)
            }
        }
    }

    /// The system stands before the day in PK, which no index but the table itself has as its key, and a shard may stand behind it.
    private mutating func condition(on system: Identifier) -> String {
        let beginning = "begins_with(PK, \(bind(system.bytes + [UInt8(ascii: "#")])))"
        // A system named `a#bcd` begins with `a#` too, but its keys are longer. Of other text than ASCII some
        // count the characters and some the bytes.
        guard system.bytes.allSatisfy({ $0 < 0x80 }) else { return beginning }
        let name = ":n\(numbers.count)"
        numbers.append((name, system.bytes.count + "#yyyy-MM-dd".utf8.count + SystemDay.mostShardBytes))
        return "\(beginning) AND size(PK) <= \(name)"
    }

    /// Nil when the patterns are too many for an expression.
    private mutating func condition(on patterns: [SystemPattern]) -> String? {
        guard patterns.count <= Self.mostPatterns else { return nil }
        let before = strings
        let alternatives = patterns.map { pattern in
            switch pattern {
            case .exact(let name): "begins_with(PK, \(bind(name.bytes + [UInt8(ascii: "#")])))"
            case .prefix(let prefix): "begins_with(PK, \(bind(prefix.bytes)))"
            }
        }
        // Every item has a PK.
        let text = alternatives.isEmpty ? "attribute_not_exists(PK)" : alternatives.joined(separator: " OR ")
        guard text.utf8.count <= Self.mostBytes else {
            strings = before
            return nil
        }
        return "(\(text))"
    }

    private mutating func bind(_ value: [UInt8]) -> String {
        strings.append((":s\(strings.count)", value))
        return strings[strings.count - 1].name
    }
}
