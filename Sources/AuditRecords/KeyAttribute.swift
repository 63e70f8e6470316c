package import JSONBytes

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

    /// The key attribute whose name is so many bytes of a word, the first one lowest: each name fits into one. None of them may be zero.
    init?(_ word: UInt64, byteCount: Int) {
        guard byteCount < 8 else { return nil }
        switch word & (1 << (8 * UInt64(byteCount)) - 1) {
        case 0x4B50: self = .partition  // PK
        case 0x4B53: self = .sort  // SK
        case 0x4B50_5F31_5347: self = .user  // GS1_PK
        case 0x4B53_5F31_5347: self = .userSort  // GS1_SK
        case 0x4B_505F_3249_5347: self = .resource  // GSI2_PK
        case 0x4B_535F_3249_5347: self = .resourceSort  // GSI2_SK
        default: return nil
        }
    }
}

extension JSONCursor {
    /// The key attribute that a name which was passed is one of, if it is.
    package func keyAttribute(of name: JSONToken) throws(JSONFault) -> KeyAttribute? {
        guard !name.hasEscapes else { return KeyAttribute(try content(name)) }
        return KeyAttribute(word(at: name.range.lowerBound + 1), byteCount: name.range.count - 2)
    }
}
