internal import JSONBytes

/// A place in the attributes of a record: the names of the members on the way to it, outermost first. An array on the way
/// stands for each of its elements.
///
/// Written `details.sourceIp`. A name of ASCII letters, digits, `_`, `-` and `$` that begins with a letter or `_` stands as
/// it is, any other as a JSON string: `"source.ip"`.
package struct AttributePath: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The names, at least one.
    package let names: [Identifier]

    /// The path of one name, whatever characters that has.
    package init(name: Identifier) {
        names = [name]
    }

    /// The path of these names, at least one.
    package init(names: [Identifier]) {
        self.names = names
    }

    /// Reads a path as it is written.
    ///
    /// - Throws: what is wrong, for a person to read.
    package init(_ text: String) throws(AttributePathError) {
        let bytes = Array(text.utf8)
        var position = 0
        var names = [try Self.name(in: bytes, at: &position)]
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: ".") else { throw .oddCharacter(in: bytes, at: position) }
            position += 1
            names.append(try Self.name(in: bytes, at: &position))
        }
        self.names = names
    }

    /// The path as it is written: the same for equal paths only.
    package var description: String { names.map(Self.spelling).joined(separator: ".") }

    /// Whether it is one name that needs no quotes.
    package var isPlainName: Bool { names.count == 1 && Self.isPlain(names[0].bytes) }

    /// The order of the names' bytes.
    package static func < (left: AttributePath, right: AttributePath) -> Bool {
        left.names.lexicographicallyPrecedes(right.names)
    }

    private static func name(
        in bytes: [UInt8], at position: inout Int
    ) throws(AttributePathError) -> Identifier {
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            return try quotedName(in: bytes, at: &position)
        }
        let name = bytes[position...].prefix(while: isPlain)
        guard let first = name.first, isFirst(first) else { throw .noName(at: position) }
        position = name.endIndex
        return Identifier(name)
    }

    private static func quotedName(
        in bytes: [UInt8], at position: inout Int
    ) throws(AttributePathError) -> Identifier {
        do throws(JSONFault) {
            var cursor = try JSONCursor(bytes)
            cursor.position = position
            let name = Identifier(try cursor.text(try cursor.string()))
            position = cursor.position
            return name
        } catch {
            throw .noString(at: position)
        }
    }

    private static func spelling(_ name: Identifier) -> String {
        guard !isPlain(name.bytes) else { return name.description }
        var text: [UInt8] = []
        text.append(jsonString: name.bytes)
        return String(decoding: text, as: UTF8.self)
    }

    private static func isPlain(_ name: [UInt8]) -> Bool {
        name.first.map(isFirst) == true && name.allSatisfy(isPlain)
    }

    /// Whether a name without quotes may begin with a byte.
    static func isFirst(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    /// Whether a byte may stand in a name without quotes.
    static func isPlain(_ byte: UInt8) -> Bool {
        isFirst(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "$")
    }
}

/// Why a text is no path of an attribute.
package struct AttributePathError: Error, CustomStringConvertible {
    /// What is wrong where, and how it is written.
    package let description: String

    private static let advice = "any other name is written in double quotes, as in details.\"source.ip\""

    fileprivate static func oddCharacter(in bytes: [UInt8], at position: Int) -> AttributePathError {
        AttributePathError(
            description: "has at byte \(position + 1) what is neither a dot nor part of a name of letters, "
                + "digits, _, - and $: \(advice)")
    }

    fileprivate static func noName(at position: Int) -> AttributePathError {
        AttributePathError(
            description: "has no name at byte \(position + 1) that begins with a letter or _: \(advice)")
    }

    fileprivate static func noString(at position: Int) -> AttributePathError {
        AttributePathError(description: "has a quoted name at byte \(position + 1) that is no JSON string")
    }
}
