internal import JSONBytes

/// The attributes that are the table's keys or those of its indexes. Every other one is an attribute of the
/// record.
@usableFromInline package enum KeyAttribute: UInt8, CaseIterable, Sendable {
    /// `<systemId>#<yyyy-MM-dd>`
    case partition
    /// `<timestamp>#<auditId>`
    case sort
    /// `#<userId>`
    case user
    case userSort
    /// `#<resourceId>`
    case resource
    case resourceSort

    /// What it is called in the table.
    package var name: StaticString {
        switch self {
        case .partition: "PK"
        case .sort: "SK"
        case .user: "GS1_PK"
        case .userSort: "GS1_SK"
        case .resource: "GSI2_PK"
        case .resourceSort: "GSI2_SK"
        }
    }

    /// `allCases` makes an array each time.
    private static let all = allCases

    /// The key attribute of a name, if it is one's.
    package init?(_ name: ArraySlice<UInt8>) {
        for key in Self.all where key.name.utf8CodeUnitCount == name.count && name.spells(key.name) {
            self = key
            return
        }
        return nil
    }

    /// Whether one of the names begins with a byte.
    @inlinable @inline(__always)
    package static func isFirst(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "P") || byte == UInt8(ascii: "S") || byte == UInt8(ascii: "G")
    }
}
