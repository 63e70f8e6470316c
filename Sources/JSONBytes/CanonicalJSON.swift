/// One spelling of JSON for all texts that mean the same, so that contents can be compared and digested: no white space,
/// members in the order of their names' bytes, strings with those escapes only that JSON asks for, numbers by
/// their value.
///
/// One pass, which writes as it reads: what is sorted already, as most is, is never moved.
package struct CanonicalJSON {
    /// Where a member stands in what has been written.
    private struct Member {
        let start: Int
        let nameEnd: Int
        var end: Int
    }

    /// What has been written.
    package var text: [UInt8] = []
    /// Those of the objects that are open, of the innermost last.
    private var members: [Member] = []
    /// Members of an object that are put in order.
    private var ordered: [UInt8] = []

    /// Nothing has been written. One that is used for many texts keeps its memory.
    package init() {}

    /// Writes a text that is one object.
    ///
    /// - Throws: as ``append(object:)``.
    package init(object: [UInt8]) throws(JSONFault) {
        try append(object: object)
    }

    /// Writes a text that is one object behind what stands there already. Costs a pass over it.
    ///
    /// - Throws: where the text is no such object, or says something twice and so nothing for sure. Then what is written is of no use.
    package mutating func append(object: [UInt8]) throws(JSONFault) {
        var cursor = try JSONCursor(object)
        members.removeAll(keepingCapacity: true)
        try self.object(&cursor, depth: 0)
        try cursor.end()
    }

    private mutating func value(_ cursor: inout JSONCursor, depth: Int) throws(JSONFault) {
        switch cursor.peek() {
        case UInt8(ascii: "\""): try string(&cursor)
        case UInt8(ascii: "{"): try object(&cursor, depth: depth)
        case UInt8(ascii: "["): try array(&cursor, depth: depth)
        case UInt8(ascii: "t"):
            try cursor.word("true")
            text.append(json: "true")
        case UInt8(ascii: "f"):
            try cursor.word("false")
            text.append(json: "false")
        case UInt8(ascii: "n"):
            try cursor.word("null")
            text.append(json: "null")
        default: try number(&cursor)
        }
    }

    private mutating func string(_ cursor: inout JSONCursor) throws(JSONFault) {
        let token = try cursor.string()
        if token.hasEscapes {
            text.append(jsonString: try cursor.text(token))
        } else {
            copy(token.range, of: cursor)
        }
    }

    /// Writes a part of a text as it stands there.
    private mutating func copy(_ part: Range<Int>, of cursor: borrowing JSONCursor) {
        cursor.bytes.withUnsafeBufferPointer {
            text.append(contentsOf: UnsafeBufferPointer(rebasing: $0[part]))
        }
    }

    private mutating func number(_ cursor: inout JSONCursor) throws(JSONFault) {
        let range = try cursor.number()
        if DecimalNumber.isCanonicalInteger(cursor.bytes[range]) {
            copy(range, of: cursor)
        } else {
            text += DecimalNumber.canonicalText(cursor.bytes[range])
        }
    }

    private mutating func array(_ cursor: inout JSONCursor, depth: Int) throws(JSONFault) {
        try cursor.checkDepth(depth, below: JSONCursor.maximumSkippedDepth)
        try cursor.expect("[")
        text.append(UInt8(ascii: "["))
        if !cursor.accept("]") {
            repeat {
                try value(&cursor, depth: depth + 1)
                text.append(UInt8(ascii: ","))
            } while cursor.accept(",")
            try cursor.expect("]")
            text.removeLast()
        }
        text.append(UInt8(ascii: "]"))
    }

    private mutating func object(_ cursor: inout JSONCursor, depth: Int) throws(JSONFault) {
        try cursor.checkDepth(depth, below: JSONCursor.maximumSkippedDepth)
        try cursor.expect("{")
        text.append(UInt8(ascii: "{"))
        let first = members.count
        var isInOrder = true
        if !cursor.accept("}") {
            repeat {
                let start = text.count
                try string(&cursor)
                let place = members.count
                members.append(Member(start: start, nameEnd: text.count, end: 0))
                try cursor.expect(":")
                text.append(UInt8(ascii: ":"))
                try value(&cursor, depth: depth + 1)
                members[place].end = text.count
                if place > first, isInOrder { isInOrder = isBefore(members[place - 1], members[place]) }
                text.append(UInt8(ascii: ","))
            } while cursor.accept(",")
            try cursor.expect("}")
            text.removeLast()
        }
        text.append(UInt8(ascii: "}"))
        if !isInOrder { try sort(from: first) }
        members.removeLast(members.count - first)
    }

    /// Puts the members of an object that has been written in order.
    private mutating func sort(from first: Int) throws(JSONFault) {
        let sorted = members[first...].sorted { isBefore($0, $1) }
        for (left, right) in zip(sorted, sorted.dropFirst()) where !isBefore(left, right) {
            let name = String(decoding: name(of: left), as: UTF8.self)
            throw JSONFault(offset: 0, detail: "\(name) stands twice in one object")
        }
        let start = members[first].start
        ordered.removeAll(keepingCapacity: true)
        for member in sorted {
            text.withUnsafeBufferPointer {
                ordered.append(contentsOf: UnsafeBufferPointer(rebasing: $0[member.start..<member.end]))
            }
            ordered.append(UInt8(ascii: ","))
        }
        ordered[ordered.count - 1] = UInt8(ascii: "}")
        text.removeLast(text.count - start)
        text.append(contentsOf: ordered)
    }

    /// Whether a name's bytes come before another's, which it is not.
    private func isBefore(_ left: Member, _ right: Member) -> Bool {
        let (leftCount, rightCount) = (left.nameEnd - left.start - 2, right.nameEnd - right.start - 2)
        let isBefore = text.withUnsafeBytes { bytes -> Bool? in
            for place in 1..<1 + min(leftCount, rightCount) {
                let (leftByte, rightByte) = (bytes[left.start + place], bytes[right.start + place])
                // An escape stands for other bytes than it has.
                if leftByte == UInt8(ascii: "\\") || rightByte == UInt8(ascii: "\\") { return nil }
                if leftByte != rightByte { return leftByte < rightByte }
            }
            return leftCount < rightCount
        }
        return isBefore ?? name(of: left).lexicographicallyPrecedes(name(of: right))
    }

    private func name(of member: Member) -> [UInt8] {
        decodeJSONString(text[member.start..<member.nameEnd]) ?? []
    }
}

extension DecimalNumber {
    /// Whether a JSON number is an integer that ``canonicalText(_:)`` leaves as it is.
    static func isCanonicalInteger(_ number: ArraySlice<UInt8>) -> Bool {
        let digits = number.first == UInt8(ascii: "-") ? number.dropFirst() : number
        guard digits.count <= 21, digits.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else { return false }
        return digits.first != UInt8(ascii: "0") || number.count == 1
    }

    /// The one text of all spellings of a JSON number, with all of its digits: laid out as ECMAScript does (ECMA-262,
    /// Number::toString), which is how most programs print small numbers. Minus zero is zero.
    package static func canonicalText(_ number: ArraySlice<UInt8>) -> [UInt8] {
        let mantissa = number.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        var digits = Array(mantissa.filter { $0 &- UInt8(ascii: "0") < 10 }.drop { $0 == UInt8(ascii: "0") })
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        guard !digits.isEmpty else { return [UInt8(ascii: "0")] }
        let sign = number.first == UInt8(ascii: "-") ? [UInt8(ascii: "-")] : []
        return sign + layOut(digits, point: DecimalNumber(number).exponent + 1)
    }

    /// Digits of which so many stand before the point.
    private static func layOut(_ digits: [UInt8], point: Int) -> [UInt8] {
        func zeros(_ count: Int) -> [UInt8] { Array(repeating: UInt8(ascii: "0"), count: count) }
        if (1...21).contains(point) {
            guard point < digits.count else { return digits + zeros(point - digits.count) }
            return digits[..<point] + [UInt8(ascii: ".")] + digits[point...]
        }
        if (-5...0).contains(point) { return Array("0.".utf8) + zeros(-point) + digits }
        let rest = digits.count > 1 ? [UInt8(ascii: ".")] + digits[1...] : []
        let exponent = point - 1
        return digits[..<1] + rest + Array("e\(exponent < 0 ? "-" : "+")\(exponent.magnitude)".utf8)
    }
}
