/// A condition on a record: the expressions of RFC 7644, section 3.4.2.2, as a value.
///
/// Made by ``FilterParser``, which keeps one form for what is written in several ways: what `and` or `or` joins is one list,
/// nothing is negated twice, and `ne` is `not` and `eq`.
indirect enum FilterCondition: Hashable, Sendable {
    /// All of them hold: two at least, none of them an `all`.
    case all([FilterCondition])
    /// One of them holds: two at least, none of them an `any`.
    case any([FilterCondition])
    /// It does not hold. Never of a `not`.
    case not(FilterCondition)
    /// A value at a path passes a test. An array stands for each of its elements.
    case value(AttributePath, FilterTest)
    /// An object at a path fulfils a condition, whose paths begin in that object.
    case element(AttributePath, FilterCondition)

    /// What does not hold where this does.
    var negated: FilterCondition {
        if case .not(let condition) = self { condition } else { .not(self) }
    }

    /// All of some, at least one.
    init(all conditions: [FilterCondition]) {
        let flat = conditions.flatMap { condition in
            if case .all(let inner) = condition { inner } else { [condition] }
        }
        self = flat.count == 1 ? flat[0] : .all(flat)
    }

    /// One of some, at least one.
    init(any conditions: [FilterCondition]) {
        let flat = conditions.flatMap { condition in
            if case .any(let inner) = condition { inner } else { [condition] }
        }
        self = flat.count == 1 ? flat[0] : .any(flat)
    }
}

/// What a value must be. A value of another type than the operand's passes none.
enum FilterTest: Hashable, Sendable {
    /// There, and not null, not an empty string, and not an empty object.
    case present
    case equal(FilterOperand)
    /// Before or behind a string, a number or an instant.
    case order(FilterOrder, FilterOperand)
    /// A string with these bytes in it.
    case text(FilterText, [UInt8])
    /// A string that is an address of a network.
    case inside(AddressBlock)
}

/// What a value is compared with.
enum FilterOperand: Hashable, Sendable {
    /// UTF-8.
    case string([UInt8])
    case number(ExactNumber)
    /// For the record's own timestamp.
    case instant(Timestamp)
    case boolean(Bool)
    case null
}

/// How two values of one type lie to each other.
enum FilterOrder: String, Hashable, Sendable {
    case greater = "gt"
    case greaterOrEqual = "ge"
    case less = "lt"
    case lessOrEqual = "le"

    /// Whether it is so for a value and an operand, where `isLess` says whether the value comes first, and `isEqual` whether
    /// they are equal.
    func holds(isLess: Bool, isEqual: Bool) -> Bool {
        switch self {
        case .greater: !isLess && !isEqual
        case .greaterOrEqual: !isLess
        case .less: isLess
        case .lessOrEqual: isLess || isEqual
        }
    }
}

/// Where a string has another in it.
enum FilterText: String, Hashable, Sendable {
    case contains = "co"
    case startsWith = "sw"
    case endsWith = "ew"
}

/// The fields of a record that are not attributes, by the names that they have in answers.
enum RecordField: String, Hashable, Sendable {
    case auditId, timestamp, systemId, userId, resourceId

    /// The field that a path begins with, if it begins with one.
    init?(_ path: AttributePath) {
        self.init(rawValue: path.names[0].description)
    }
}
