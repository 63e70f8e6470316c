package import JSONBytes

/// Walks over the attributes of a record and finds what may not be in them.
package struct AttributeCheck {
    enum Kind {
        /// Of a record that is to be stored: all that some store could not keep is refused.
        case new
        /// Of one that is stored already: what a strict parser would refuse is (RFC 8259, RFC 7493).
        case stored
    }

    private var cursor: JSONCursor
    private let kind: Kind
    /// The names of the objects that it is in, those of the innermost last.
    private var names: [JSONToken] = []

    /// In objects of more members their names are put into a set, else each is compared with each.
    private static let fewNames = 48
    /// The most bytes of an attribute's name (DynamoDB).
    private static let nameByteCount = 65_535

    init(_ cursor: JSONCursor, of kind: Kind) {
        self.cursor = cursor
        self.kind = kind
        // Grown one by one, it would be four pieces of memory for a usual record.
        names.reserveCapacity(16)
    }

    /// Passes a text that is one object.
    mutating func pass() throws(JSONFault) {
        try object(depth: -1)
        try cursor.end()
    }

    /// Passes a text that is one object, an attribute of a record. DynamoDB counts it as a level.
    mutating func passAttribute() throws(JSONFault) {
        try object(depth: 1)
        try cursor.end()
    }

    private mutating func value(depth: Int) throws(JSONFault) {
        switch cursor.peek() {
        case UInt8(ascii: "\""): _ = try cursor.string()
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["):
            try checkDepth(depth)
            try cursor.expect("[")
            guard !cursor.accept("]") else { return }
            repeat { try value(depth: depth + 1) } while cursor.accept(",")
            try cursor.expect("]")
        case UInt8(ascii: "t"): try cursor.word("true")
        case UInt8(ascii: "f"): try cursor.word("false")
        case UInt8(ascii: "n"): try cursor.word("null")
        default: try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONFault) {
        try checkDepth(depth)
        let outer = names.count
        try cursor.expect("{")
        if !cursor.accept("}") {
            repeat {
                let name = try cursor.string()
                if kind == .new { try checkNew(name, isTop: depth < 0) }
                names.append(name)
                try cursor.expect(":")
                try value(depth: depth + 1)
            } while cursor.accept(",")
            try cursor.expect("}")
        }
        try checkUnique(names[outer...])
        names.removeLast(names.count - outer)
    }

    private func checkDepth(_ depth: Int) throws(JSONFault) {
        let limit = kind == .new ? JSONCursor.maximumDepth : JSONCursor.maximumSkippedDepth
        try cursor.checkDepth(depth, below: limit)
    }

    private mutating func number() throws(JSONFault) {
        let range = try cursor.number()
        // With so few characters, and no exponent, no number is too long, too large or too small.
        let isShort = range.count <= 32 && !cursor.bytes[range].contains { $0 | 0x20 == UInt8(ascii: "e") }
        guard kind == .new, !isShort, let fault = DecimalNumber(cursor.bytes[range]).fault else { return }
        throw cursor.fault("a number \(fault)", at: range.lowerBound)
    }

    private func checkNew(_ token: JSONToken, isTop: Bool) throws(JSONFault) {
        let offset = token.range.lowerBound
        // Escapes are longer than what they stand for.
        if !token.hasEscapes || token.range.count > Self.nameByteCount {
            let count = try token.hasEscapes ? cursor.text(token).count : token.range.count - 2
            if count == 0 { throw cursor.fault("a name is empty", at: offset) }
            if count > Self.nameByteCount { throw cursor.fault("a name is too long", at: offset) }
        }
        if isTop, let key = try cursor.keyAttribute(of: token) {
            throw cursor.fault("\(key.name) is the name of a key of the table", at: offset)
        }
    }

    private func checkUnique(_ names: ArraySlice<JSONToken>) throws(JSONFault) {
        guard names.count <= Self.fewNames else { return try checkUniqueInSet(names) }
        for (index, name) in zip(names.indices, names) {
            for earlier in names[..<index] where try cursor.areEqual(earlier, name) { throw repeated(name) }
        }
    }

    private func checkUniqueInSet(_ names: ArraySlice<JSONToken>) throws(JSONFault) {
        var seen: Set<[UInt8]> = []
        for name in names {
            guard seen.insert(try cursor.text(name)).inserted else { throw repeated(name) }
        }
    }

    private func repeated(_ name: JSONToken) -> JSONFault {
        cursor.fault("a name stands twice in one object", at: name.range.lowerBound)
    }
}

extension AuditRecord {
    /// Attributes as they are stored, fit to be sent: a half of a surrogate pair, which earlier versions stored, is
    /// U+FFFD.
    ///
    /// - Throws: why no strict parser would read them. Cost: one pass over them.
    package static func readable(attributes stored: [UInt8]) throws(JSONFault) -> [UInt8] {
        do throws(JSONFault) {
            try check(stored: stored)
            return stored
        } catch {
            let mended = replacingHalfSurrogates(stored)
            guard mended != stored else { throw error }
            try check(stored: mended)
            return mended
        }
    }

    /// Throws why no strict parser would read attributes as they are stored.
    static func check(stored attributes: [UInt8]) throws(JSONFault) {
        guard !PlainAttributes.areSound(attributes) else { return }
        var check = AttributeCheck(try JSONCursor(attributes), of: .stored)
        try check.pass()
    }

    private static func replacingHalfSurrogates(_ text: [UInt8]) -> [UInt8] {
        var mended: [UInt8] = []
        mended.reserveCapacity(text.count)
        var rest = text[...]
        while let byte = rest.first {
            guard byte == UInt8(ascii: "\\") else {
                mended.append(byte)
                rest.removeFirst()
                continue
            }
            switch (codeUnit(rest), codeUnit(rest.dropFirst(6))) {
            case (0xD800..<0xDC00, 0xDC00..<0xE000):
                mended += rest.prefix(12)
                rest = rest.dropFirst(12)
            case (0xD800..<0xE000, _):
                mended += Array("\\ufffd".utf8)
                rest = rest.dropFirst(6)
            default:
                mended += rest.prefix(2)
                rest = rest.dropFirst(2)
            }
        }
        return mended
    }

    /// The UTF-16 code unit of the escape that a text begins with; 0 where it begins with none.
    private static func codeUnit(_ text: ArraySlice<UInt8>) -> UInt16 {
        guard text.count >= 6, text.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else { return 0 }
        let digits = text.dropFirst(2).prefix(4).compactMap(\.hexadecimalValue)
        return digits.count == 4 ? digits.reduce(0) { $0 << 4 | UInt16($1) } : 0
    }
}
