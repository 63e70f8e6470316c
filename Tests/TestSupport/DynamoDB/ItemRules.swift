internal import Foundation

/// What DynamoDB refuses of items and keys.
enum ItemRules {
    private typealias Refusal = RequestRules.Refusal

    /// Checks an item, and gives the bytes of its keys.
    static func check(item: [String: Any], _ layout: RequestRules.Layout) throws -> [String: [UInt8]] {
        var byteCount = 0
        for (name, value) in item {
            // DG, "Quotas", Attributes: names have 1 byte to 64 KB.
            guard (1...65_535).contains(name.utf8.count) else {
                throw Refusal("An attribute's name has \(name.utf8.count) bytes")
            }
            byteCount += name.utf8.count + (try AttributeSize.check(value, depth: 0))
        }
        for name in layout.key.names where item[name] == nil {
            throw Refusal("One or more parameter values were invalid: Missing the key \(name) in the item")
        }
        let keys = try keys(item, [layout.key] + layout.indexes.values)
        // DG, "Quotas", Items: "The maximum item size in DynamoDB is 400 KB".
        guard byteCount <= 400 * 1024 else {
            throw Refusal("Item size has exceeded the maximum allowed size")
        }
        return keys
    }

    /// The bytes of those key attributes that are there.
    static func keys(_ members: [String: Any], _ keys: [RequestRules.Key]) throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for key in keys {
            for name in key.names {
                guard let value = members[name] else { continue }
                _ = try AttributeSize.check(value, depth: 0)
                guard let text = (value as? [String: Any])?["S"] as? String else {
                    throw Refusal(
                        "One or more parameter values were invalid: Type mismatch for key \(name) expected: S"
                    )
                }
                guard !text.isEmpty else {
                    throw Refusal(
                        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
                            + "contain an empty string value. Key: \(name)")
                }
                // DG, "Quotas", Partition keys and sort keys.
                let limit = name == key.partition ? 2048 : 1024
                guard text.utf8.count <= limit else {
                    throw Refusal(
                        "One or more parameter values were invalid: Size of \(name) has exceeded the size limit of "
                            + "\(limit) bytes")
                }
                found[name] = Array(text.utf8)
            }
        }
        return found
    }
}

/// Typed values: what is wrong with them, and their sizes (DG, "DynamoDB item sizes and formats").
enum AttributeSize {
    private typealias Refusal = RequestRules.Refusal

    /// The bytes that a value counts for.
    static func check(_ value: Any, depth: Int) throws -> Int {
        guard let typed = value as? [String: Any], let (type, content) = typed.first else {
            throw Refusal(
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
        }
        guard typed.count == 1 else {
            throw Refusal(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
                    + "datatypes")
        }
        switch (type, content) {
        case ("S", let text as String): return text.utf8.count
        case ("N", let text as String): return try number(text)
        case ("B", let text as String):
            guard let data = Data(base64Encoded: text) else {
                throw Refusal("SerializationException: no base64")
            }
            return data.count
        case ("BOOL", is Bool): return 1
        case ("NULL", let value as Bool):
            guard value else {
                throw Refusal(
                    "One or more parameter values were invalid: Null attribute value types must have the "
                        + "value of true")
            }
            return 1
        case ("SS", let texts as [String]): return try set(texts, texts) { $0.utf8.count }
        case ("BS", let texts as [String]):
            return try set(texts, texts) { Data(base64Encoded: $0)?.count ?? 0 }
        case ("NS", let texts as [String]):
            return try set(texts, texts.map { try DecimalText($0).normalised }, number)
        case ("L", let elements as [Any]):
            try checkDepth(depth)
            return try elements.reduce(3) { try $0 + 1 + check($1, depth: depth + 1) }
        case ("M", let members as [String: Any]):
            try checkDepth(depth)
            return try members.reduce(3) {
                guard !$1.key.isEmpty else { throw Refusal("Attribute name must not be empty") }
                return try $0 + 1 + $1.key.utf8.count + check($1.value, depth: depth + 1)
            }
        default:
            throw Refusal("SerializationException: \(type) holds another type")
        }
    }

    /// DG, "Quotas", Nested attribute depth: 32 levels.
    private static func checkDepth(_ depth: Int) throws {
        guard depth < 32 else { throw Refusal("Nesting Levels have exceeded supported limits") }
    }

    private static func set(
        _ elements: [String], _ distinct: [String], _ size: (String) throws -> Int
    ) throws -> Int {
        guard !elements.isEmpty else {
            throw Refusal("One or more parameter values were invalid: A set may not be empty")
        }
        guard Set(distinct.map { Array($0.utf8) }).count == elements.count else {
            throw Refusal("One or more parameter values were invalid: Input collection contains duplicates")
        }
        return try elements.reduce(0) { try $0 + size($1) }
    }

    private static func number(_ text: String) throws -> Int {
        let number = try DecimalText(text)
        guard number.digits.count <= 38 else {
            throw Refusal("Attempting to store more than 38 significant digits in a Number")
        }
        guard !number.digits.isEmpty else { return 1 }
        // DG, "Data types", Number: 1E-130 to 9.9999999999999999999999999999999999999E+125.
        guard number.exponent <= 125 else {
            throw Refusal(
                "Number overflow. Attempting to store a number with magnitude larger than supported range")
        }
        guard number.exponent >= -130 else {
            throw Refusal(
                "Number underflow. Attempting to store a number with magnitude smaller than supported range")
        }
        // As dynalite counts, which was compared with the real service.
        let count = number.digits.count
        let isSplit = count.isMultiple(of: 2) && number.exponent.isMultiple(of: 2)
        return 1 + (count + 1) / 2 + (isSplit ? 1 : 0) + (number.isNegative ? 1 : 0)
    }
}

/// A number as text: its significant digits, and the power of ten of the first.
private struct DecimalText {
    let isNegative: Bool
    let digits: [Character]
    let exponent: Int

    init(_ text: String) throws {
        guard let match = text.wholeMatch(of: /([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?/),
            !(match.2.isEmpty && match.3.isEmpty)
        else {
            throw RequestRules.Refusal("The parameter cannot be converted to a numeric value: \(text)")
        }
        let all = Array(match.2 + match.3)
        let zeros = all.prefix { $0 == "0" }.count
        let rest = all.dropFirst(zeros)
        digits = Array(rest.prefix(rest.count - rest.reversed().prefix { $0 == "0" }.count))
        isNegative = match.1 == "-" && !digits.isEmpty
        exponent = match.2.count - 1 - zeros + (match.4.map { Int($0) ?? 1_000_000 } ?? 0)
    }

    var normalised: String { digits.isEmpty ? "0" : "\(isNegative ? "-" : "")\(String(digits))e\(exponent)" }
}
