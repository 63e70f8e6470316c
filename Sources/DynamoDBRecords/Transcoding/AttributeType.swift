internal import JSONBytes

/// The types of DynamoDB, as typed JSON names them (Amazon DynamoDB API Reference, AttributeValue).
enum AttributeType: String, CaseIterable {
    case string = "S"
    case number = "N"
    case binary = "B"
    case boolean = "BOOL"
    case null = "NULL"
    case map = "M"
    case list = "L"
    case stringSet = "SS"
    case numberSet = "NS"
    case binarySet = "BS"
}

extension JSONCursor {
    /// Passes the beginning of a typed value, to behind its colon: `{"S":`.
    ///
    /// DynamoDB writes no white space, so a word tells nearly all of them.
    @inline(__always)
    mutating func openTypedValue() throws(JSONFault) -> AttributeType {
        let word = word(at: position)
        if word & TypeTag.letterMask == TypeTag.oneLetter {
            switch UInt8(truncatingIfNeeded: word >> 16) {
            case UInt8(ascii: "S"): return pass(5, .string)
            case UInt8(ascii: "N"): return pass(5, .number)
            case UInt8(ascii: "M"): return pass(5, .map)
            case UInt8(ascii: "L"): return pass(5, .list)
            default: break
            }
        }
        if word == TypeTag.boolean { return pass(8, .boolean) }
        if word == TypeTag.null { return pass(8, .null) }
        return try openAnyTypedValue()
    }

    @inline(__always)
    private mutating func pass(_ count: Int, _ type: AttributeType) -> AttributeType {
        position += count
        return type
    }

    @inline(never)
    private mutating func openAnyTypedValue() throws(JSONFault) -> AttributeType {
        try expect("{")
        let token = try string()
        let name = try text(token)
        guard let type = AttributeType.allCases.first(where: { name.elementsEqual($0.rawValue.utf8) }) else {
            throw fault("no such type of an attribute", at: token.range.lowerBound)
        }
        try expect(":")
        return type
    }

    /// Passes the end of a typed value.
    @inline(__always)
    mutating func closeTypedValue() throws(JSONFault) {
        guard accept("}") else { throw fault("'}' was expected: an attribute has one type") }
    }
}

/// The beginnings of typed values as words, the first byte lowest.
private enum TypeTag {
    /// `{"_":`, whatever stands for `_`.
    static let oneLetter: UInt64 = 0x3A_2200_227B
    static let letterMask: UInt64 = 0xFF_FF00_FFFF
    /// `{"BOOL":`
    static let boolean: UInt64 = 0x3A22_4C4F_4F42_227B
    /// `{"NULL":`
    static let null: UInt64 = 0x3A22_4C4C_554E_227B
}
