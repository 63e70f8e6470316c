internal import Foundation

/// The expressions of one request, with what their placeholders stand for.
final class ExpressionUse {
    private typealias Refusal = RequestRules.Refusal

    private let request: [String: Any]
    private let names: [String: String]
    let values: [String: Any]
    private var usedNames: Set<String> = []
    private var usedValues: Set<String> = []

    init(_ request: [String: Any]) throws {
        self.request = request
        names = request["ExpressionAttributeNames"] as? [String: String] ?? [:]
        values = request["ExpressionAttributeValues"] as? [String: Any] ?? [:]
        let isExpressed = request.keys.contains { $0.hasSuffix("Expression") }
        // API, Query: the old parameters go with no expression.
        let old = [
            "AttributesToGet", "QueryFilter", "ScanFilter", "ConditionalOperator", "KeyConditions",
            "Expected",
        ]
        if isExpressed, let parameter = old.first(where: { request[$0] != nil }) {
            throw Refusal(
                "Can not use both expression and non-expression parameters in the same request: \(parameter)")
        }
        try check("ExpressionAttributeNames", names.keys, "#", isExpressed)
        try check("ExpressionAttributeValues", values.keys, ":", isExpressed)
        for value in values.values { _ = try AttributeSize.check(value, depth: 0) }
    }

    private func check(
        _ parameter: String, _ placeholders: some Collection<String>, _ mark: String,
        _ isExpressed: Bool
    ) throws {
        guard request[parameter] != nil else { return }
        guard isExpressed else { throw Refusal("\(parameter) can only be specified when using expressions") }
        guard !placeholders.isEmpty else { throw Refusal("\(parameter) must not be empty") }
        for placeholder in placeholders
        where !placeholder.hasPrefix(mark) || placeholder.utf8.count < 2
            || !placeholder.utf8.dropFirst().allSatisfy(\.isPartOfName)
        {
            throw Refusal("\(parameter) contains invalid key: Syntax error; key: \"\(placeholder)\"")
        }
    }

    /// The condition of a parameter; nil where the request has none. A projection is read and gives none.
    func condition(_ parameter: String) throws -> Condition? {
        guard let text = request[parameter] as? String else { return nil }
        do {
            var parser = try ExpressionParser(text, names: names, values: values)
            var condition: Condition?
            if parameter == "ProjectionExpression" {
                _ = try parser.projection()
            } else {
                condition = try parser.condition()
            }
            usedNames.formUnion(parser.usedNames)
            usedValues.formUnion(parser.usedValues)
            return condition
        } catch let refusal as RequestRules.Refusal {
            throw Refusal("Invalid \(parameter): \(refusal.message)")
        }
    }

    /// DG, "Expression attribute names (aliases)" and "Using expression attribute values": what is defined is used.
    func checkAllUsed() throws {
        if let name = names.keys.first(where: { !usedNames.contains($0) }) {
            throw Refusal("Value provided in ExpressionAttributeNames unused in expressions: keys: {\(name)}")
        }
        if let name = values.keys.first(where: { !usedValues.contains($0) }) {
            throw Refusal(
                "Value provided in ExpressionAttributeValues unused in expressions: keys: {\(name)}")
        }
    }
}
