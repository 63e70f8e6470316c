internal import Foundation

/// Which items a request's FilterExpression lets through, by DynamoDB's own words (DG, "Condition and filter expressions, operators,
/// and functions"). Of the functions and operators it has those that our requests use.
package struct FilterEvaluation {
    private let condition: Condition?
    private let values: [String: Any]

    /// The filter of a request's body.
    package init(_ body: [UInt8]) throws {
        let request = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] ?? [:]
        let expressions = try ExpressionUse(request)
        condition = try expressions.condition("FilterExpression")
        values = expressions.values
    }

    /// Whether an item passes, given as DynamoDB's JSON.
    package func lets(_ item: [UInt8]) throws -> Bool {
        guard let condition else { return true }
        let item = try JSONSerialization.jsonObject(with: Data(item)) as? [String: Any] ?? [:]
        return try holds(condition, item)
    }

    private func holds(_ condition: Condition, _ item: [String: Any]) throws -> Bool {
        switch condition {
        case .and(let left, let right): return try holds(left, item) && holds(right, item)
        case .or(let left, let right): return try holds(left, item) || holds(right, item)
        case .not(let inner): return try !holds(inner, item)
        case .comparison("=", let left, let right):
            guard let left = value(left, item), let right = value(right, item) else { return false }
            if let left = left["S"] as? String, let right = right["S"] as? String {
                return left.utf8.elementsEqual(right.utf8)
            }
            if let left = left["BOOL"] as? Bool, let right = right["BOOL"] as? Bool { return left == right }
            // Counts of characters, as `size` gives them.
            if let left = left["N"] as? String, let right = right["N"] as? String { return left == right }
            guard left.keys.first == right.keys.first else { return false }
            throw Failure("values of the type \(left.keys.first ?? "") are not compared: no request had one")
        case .comparison("<=", let left, let right):
            guard let left = value(left, item)?["N"] as? String,
                let right = value(right, item)?["N"] as? String,
                let small = Int(left), let large = Int(right)
            else { throw Failure("only whole numbers are compared by size: no request had others") }
            return small <= large
        case .function("attribute_type", let operands):
            guard let type = value(operands[1], item)?["S"] as? String else { return false }
            return value(operands[0], item)?.keys.first == type
        case .function("attribute_not_exists", let operands): return value(operands[0], item) == nil
        case .function("begins_with", let operands):
            guard let whole = value(operands[0], item)?["S"] as? String,
                let start = value(operands[1], item)?["S"] as? String
            else { return false }
            return whole.utf8.starts(with: start.utf8)
        case .comparison, .between, .inList, .function:
            throw Failure("\(condition) is not evaluated: no request had it")
        }
    }

    private func value(_ operand: Condition.Operand, _ item: [String: Any]) -> [String: Any]? {
        switch operand {
        case .value(let name): return values[name] as? [String: Any]
        case .size(let name):
            let text = (item[name] as? [String: Any])?["S"] as? String
            return text.map { ["N": "\($0.unicodeScalars.count)"] }
        case .path(let names, _):
            var place = item[names[0]] as? [String: Any]
            for name in names.dropFirst() {
                place = (place?["M"] as? [String: Any])?[name] as? [String: Any]
            }
            return place
        }
    }
}
