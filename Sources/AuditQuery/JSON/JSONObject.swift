/// The members of a JSON object at the top of a text, in order, with where their values stand in it.
struct JSONObject {
    struct Member {
        /// The name, its escapes decoded.
        let name: [UInt8]
        /// Where the name stands, its quotes included.
        let nameRange: Range<Int>
        /// Where the value stands.
        let value: Range<Int>
    }

    let bytes: [UInt8]
    let members: [Member]

    /// Reads a text that is one JSON object whose values nest so deep at most. Checks all of the text's grammar.
    init(_ bytes: [UInt8], depth: Int = JSONScanner.maximumDepth) throws(JSONError) {
        var scanner = JSONScanner(bytes, depth: depth)
        try self.init(&scanner)
        try scanner.end()
    }

    /// Reads the object that stands at a place of a text, and nothing behind it.
    init(_ bytes: [UInt8], at position: Int) throws(JSONError) {
        var scanner = JSONScanner(bytes, at: position)
        try self.init(&scanner)
    }

    private init(_ scanner: inout JSONScanner) throws(JSONError) {
        bytes = scanner.bytes
        var members: [Member] = []
        try scanner.expect("{")
        if !scanner.accept("}") {
            repeat {
                let nameRange = try scanner.string()
                guard let name = decodeJSONString(bytes[nameRange]) else {
                    throw scanner.fault("a member's name has half of a surrogate pair")
                }
                try scanner.expect(":")
                members.append(Member(name: name, nameRange: nameRange, value: try scanner.value()))
            } while scanner.accept(",")
            try scanner.expect("}")
        }
        self.members = members
    }

    /// The decoded text of a value that is a string; nil for a value of another type, and for half a
    /// surrogate pair.
    func string(_ member: Member) -> [UInt8]? {
        bytes[member.value.lowerBound] == UInt8(ascii: "\"") ? decodeJSONString(bytes[member.value]) : nil
    }

    /// The name of the first member that stands twice, if there is one.
    var repeatedName: [UInt8]? {
        var seen: Set<[UInt8]> = []
        return members.first { !seen.insert($0.name).inserted }?.name
    }
}

/// The elements of a JSON array that is a value of `bytes` and stands at `range`; nil for a value of another
/// type.
func jsonArrayElements(
    of bytes: [UInt8], in range: Range<Int>, depth: Int = JSONScanner.maximumDepth
) -> [Range<Int>]? {
    var scanner = JSONScanner(bytes, at: range.lowerBound, depth: depth)
    guard scanner.accept("[") else { return nil }
    var elements: [Range<Int>] = []
    guard !scanner.accept("]") else { return elements }
    repeat {
        guard let element = try? scanner.value() else { return nil }
        elements.append(element)
    } while scanner.accept(",")
    return elements
}
