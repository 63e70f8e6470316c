/// The condition on the keys of what is read (DG, "Key condition expressions for the Query operation"): one partition,
/// and one condition on the sort key or none.
struct KeyCondition {
    private typealias Refusal = RequestRules.Refusal

    private let key: RequestRules.Key
    private let partition: [UInt8]
    private let sort: (operation: String, bounds: [[UInt8]])?

    init(_ condition: Condition, key: RequestRules.Key, values: [String: Any]) throws {
        self.key = key
        let parts = try Self.conjunction(condition)
        var found: [String: (operation: String, bounds: [[UInt8]])] = [:]
        for part in parts {
            let (name, operation, operands) = try Self.simple(part)
            guard key.names.contains(name) else { throw Refusal("Query condition missed key schema element") }
            let bounds = try operands.map { operand in
                guard case .value(let name) = operand, let typed = values[name] as? [String: Any],
                    let text = typed["S"] as? String
                else {
                    throw Refusal(
                        "One or more parameter values were invalid: Condition parameter type does not match schema type"
                    )
                }
                guard !text.isEmpty else {
                    throw Refusal(
                        "One or more parameter values are not valid: an empty string for the key \(name)")
                }
                return Array(text.utf8)
            }
            guard found.updateValue((operation, bounds), forKey: name) == nil else {
                throw Refusal("KeyConditionExpressions must only contain one condition per key")
            }
        }
        guard let partition = found[key.partition], partition.operation == "=" else {
            throw Refusal("Query condition missed key schema element: \(key.partition)")
        }
        self.partition = partition.bounds[0]
        guard self.partition.count <= 2048 else {
            throw Refusal("Size of hashkey has exceeded the maximum size limit of 2048 bytes")
        }
        sort = key.sort.flatMap { found[$0] }
        for bound in sort?.bounds ?? [] where bound.count > 1024 {
            throw Refusal("Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
        }
    }

    /// A start key lies where the condition lets a query look.
    func check(_ start: [String: [UInt8]]) throws {
        guard start[key.partition] == partition else {
            throw Refusal(
                "The provided starting key is outside query boundaries based on provided conditions")
        }
        guard let sort, let name = key.sort, let value = start[name] else { return }
        func isAtLeast(_ bound: [UInt8]) -> Bool { !value.lexicographicallyPrecedes(bound) }
        func isAtMost(_ bound: [UInt8]) -> Bool { !bound.lexicographicallyPrecedes(value) }
        let bound = sort.bounds[0]
        let isWithin =
            switch sort.operation {
            case "=": value == bound
            case "<": !isAtLeast(bound)
            case "<=": isAtMost(bound)
            case ">": !isAtMost(bound)
            case ">=": isAtLeast(bound)
            case "BETWEEN": isAtLeast(bound) && isAtMost(sort.bounds[1])
            default: value.starts(with: bound)
            }
        guard isWithin else {
            throw Refusal("The provided starting key does not match the range key predicate")
        }
    }

    private static func conjunction(_ condition: Condition) throws -> [Condition] {
        switch condition {
        case .and(let left, let right): try conjunction(left) + conjunction(right)
        case .or, .not, .inList: throw Refusal("Invalid operator used in KeyConditionExpression")
        default: [condition]
        }
    }

    private static func simple(
        _ condition: Condition
    ) throws -> (name: String, operation: String, operands: [Condition.Operand]) {
        let parts: (first: Condition.Operand, operation: String, rest: [Condition.Operand])
        switch condition {
        case .comparison(let operation, let left, let right) where operation != "<>":
            parts = (left, operation, [right])
        case .between(let value, let low, let high): parts = (value, "BETWEEN", [low, high])
        case .function("begins_with", let operands): parts = (operands[0], "begins_with", [operands[1]])
        default: throw Refusal("Invalid operator used in KeyConditionExpression")
        }
        guard case .path(let names, isNested: false) = parts.first, let name = names.first else {
            throw Refusal(
                "Invalid condition in KeyConditionExpression: \(parts.operation) operator must have the key attribute as "
                    + "its first operand")
        }
        return (name, parts.operation, parts.rest)
    }
}
