internal import AuditRecords

/// A condition of DynamoDB's that lets every item through whose record may have a value at a path, and few others
/// ([decision 64](docs/decisions/0064-dynamodb-leaves-out-what-no-filter-lets-through.md)).
///
/// A path of DynamoDB's passes no list, and a filter's does; a set is an array for it, and what is binary a string. Items of which one
/// of these stands on the way or at its end pass, whatever is in there. Numbers are left to the filter: two that are equal for
/// it may be none that DynamoDB takes.
struct AttributeCondition {
    /// So many names at most: what is nested deeper is rare.
    private static let mostNames = 6
    /// DynamoDB's limit of what stands for a name (Amazon DynamoDB Developer Guide, "Quotas").
    private static let mostNameBytes = 255

    let text: String
    /// What the placeholders of names stand for.
    let names: [(name: String, value: [UInt8])]
    let strings: [(name: String, value: [UInt8])]
    let booleans: [(name: String, value: Bool)]
    /// Operators and functions, and one that joins it to others.
    let operatorCount: Int

    /// The condition of an equality, the `number`th; nil where there is none that helps.
    init?(_ equality: RequiredEquality, number: Int) {
        let path = equality.path.names
        // DynamoDB refuses a key of what is read, and no record has an attribute that is called as one.
        guard path.count <= Self.mostNames, KeyAttribute(path[0].bytes[...]) == nil,
            path.allSatisfy({ (1...Self.mostNameBytes).contains($0.bytes.count) })
        else { return nil }
        let names = path.enumerated().map { (name: "#e\(number)_\($0.offset)", value: $0.element.bytes) }
        let value = ":e\(number)"
        let types: [String]
        switch (equality.value.isString, equality.value.bytes) {
        case (true, let bytes):
            types = ["L", "SS", "B", "BS"]
            strings = [(value, bytes)] + types.map(Self.type)
            booleans = []
        case (false, Array("true".utf8)), (false, Array("false".utf8)):
            types = ["L"]
            strings = types.map(Self.type)
            booleans = [(value, equality.value.bytes.count == 4)]
        default: return nil
        }
        func spelling(of count: Int) -> String { names.prefix(count).map(\.name).joined(separator: ".") }
        let alternatives =
            ["\(spelling(of: names.count)) = \(value)"]
            + types.map { "attribute_type(\(spelling(of: names.count)), \(Self.type($0).name))" }
            + (1..<names.count).map { "attribute_type(\(spelling(of: $0)), \(Self.type("L").name))" }
        text = "(\(alternatives.joined(separator: " OR ")))"
        self.names = names
        operatorCount = 2 * alternatives.count
    }

    /// A type's placeholder and its name.
    private static func type(_ name: String) -> (name: String, value: [UInt8]) {
        (":t\(name)", Array(name.utf8))
    }
}
