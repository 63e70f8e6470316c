internal import JSONBytes

/// What records are put into groups by.
package enum GroupKey: Hashable, Sendable, CustomStringConvertible {
    /// The hour, day or month of UTC in which it happened.
    case time(TimeUnit)
    /// The record's own id.
    case auditId
    /// Which system wrote it.
    case systemId
    /// Who did it.
    case userId
    /// What it was done to.
    case resourceId
    /// What stands at a path in its attributes.
    case attribute(AttributePath)

    /// The longest that may be asked for, in bytes.
    package static let maximumByteCount = 256
    /// The most at once.
    package static let mostAtOnce = 2

    /// Reads `hour`, `day`, `month`, the name of a field, or a path as filters have it. An attribute that is called as a part of
    /// time stands in quotes: `"hour"`.
    ///
    /// - Throws: what is wrong, for a person to read.
    package init(_ text: [UInt8]) throws(GroupKeyError) {
        guard text.count <= Self.maximumByteCount else {
            throw GroupKeyError("is \(text.count) bytes long; at most \(Self.maximumByteCount) are allowed")
        }
        guard let text = String(validating: text, as: UTF8.self) else {
            throw GroupKeyError("is not valid UTF-8")
        }
        if let unit = TimeUnit(rawValue: text) {
            self = .time(unit)
            return
        }
        let path: AttributePath
        do throws(AttributePathError) {
            path = try AttributePath(text)
        } catch {
            throw GroupKeyError("\(error). \(Self.kinds)")
        }
        guard let field = RecordField(path) else {
            self = .attribute(path)
            return
        }
        guard path.names.count == 1 else {
            throw GroupKeyError("leads nowhere: \(field.rawValue) is a text, and has nothing in it")
        }
        switch field {
        case .timestamp:
            throw GroupKeyError("would be a group for each instant: hour, day and month are groups by time")
        case .auditId: self = .auditId
        case .systemId: self = .systemId
        case .userId: self = .userId
        case .resourceId: self = .resourceId
        }
    }

    private static let kinds =
        "There are hour, day, month, systemId, userId, resourceId, and the paths of attributes"

    /// What ``init(_:)`` reads: the same for equal keys only.
    package var description: String {
        switch self {
        case .time(let unit): unit.rawValue
        case .auditId: RecordField.auditId.rawValue
        case .systemId: RecordField.systemId.rawValue
        case .userId: RecordField.userId.rawValue
        case .resourceId: RecordField.resourceId.rawValue
        case .attribute(let path):
            TimeUnit(rawValue: path.description) == nil ? path.description : "\"\(path)\""
        }
    }

    /// The bytes that ``description`` takes in JSON.
    package var jsonByteCount: Int { Array(description.utf8).jsonByteCount }

    /// The unit of groups by time.
    package var unit: TimeUnit? {
        if case .time(let unit) = self { unit } else { nil }
    }

    /// Keys in the one order in which they are the same question: time first, longer units before shorter ones, and then by
    /// the bytes of what they are called.
    package static func normalized(_ keys: [GroupKey]) -> [GroupKey] {
        keys.sorted { left, right in
            switch (left.unit, right.unit) {
            case (let left?, let right?): left < right
            case (_?, nil): true
            case (nil, _?): false
            case (nil, nil): Array(left.description.utf8).lexicographicallyPrecedes(right.description.utf8)
            }
        }
    }
}

/// Why a text names nothing to group by.
package struct GroupKeyError: Error, CustomStringConvertible {
    /// What is wrong, for a person to read behind the parameter's name.
    package let description: String

    fileprivate init(_ description: String) {
        self.description = description
    }
}
