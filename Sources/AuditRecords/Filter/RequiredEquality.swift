/// What every record has that a filter lets through: a value at a path, which an index may lead to.
package struct RequiredEquality: Hashable, Sendable {
    /// Where the value stands.
    package let path: AttributePath
    /// The value.
    package let value: IndexedValue
}

extension RecordFilter {
    /// The equalities without which no record passes: those that are joined by `and`, in brackets or not.
    package var requiredEqualities: [RequiredEquality] { condition.equalities(below: nil) }
}

extension FilterCondition {
    /// Those that hold wherever this does, of attributes below a place; nil for the record itself.
    fileprivate func equalities(below place: AttributePath?) -> [RequiredEquality] {
        switch self {
        case .all(let conditions): conditions.flatMap { $0.equalities(below: place) }
        case .value(let path, .equal(let operand)):
            if let path = path.attribute(below: place), let value = IndexedValue(operand) {
                [RequiredEquality(path: path, value: value)]
            } else {
                []
            }
        case .element(let path, let condition):
            path.attribute(below: place).map { condition.equalities(below: $0) } ?? []
        case .any, .not, .value: []
        }
    }
}

extension AttributePath {
    /// Whether a filter's path of these names begins with a field of the record, and so leads to no attribute.
    package var beginsWithField: Bool { RecordField(self) != nil }

    /// The path that this one is where it stands in brackets behind another.
    func attribute(below place: AttributePath?) -> AttributePath? {
        guard let place else { return beginsWithField ? nil : self }
        return AttributePath(names: place.names + names)
    }
}
