/// One spelling of JSON for all texts that mean the same, so that contents can be compared and digested: no white space,
/// members in the order of their names' bytes, strings with those escapes only that JSON asks for, numbers by
/// their value.
package struct CanonicalJSON {
    private let source: JSONObject
    /// What has been written.
    package private(set) var text: [UInt8] = []

    /// Writes a text that is one object. Costs a pass over it for each of its levels.
    ///
    /// - Throws: where the text is no such object, or says something twice and so nothing for sure.
    package init(object text: [UInt8]) throws(JSONFault) {
        source = try JSONObject(text)
        try append(source)
    }

    private mutating func append(_ value: Range<Int>) throws(JSONFault) {
        switch source.bytes[value.lowerBound] {
        case UInt8(ascii: "{"):
            guard let object = source.object(at: value) else { throw halfPair(in: value) }
            try append(object)
        case UInt8(ascii: "["): try append(elements: source.elements(at: value) ?? [])
        case UInt8(ascii: "\""):
            guard let string = source.string(at: value) else { throw halfPair(in: value) }
            text.append(jsonString: string)
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): text += source.bytes[value]
        default: text += DecimalNumber.canonicalText(source.bytes[value])
        }
    }

    /// All that can be wrong with a value whose grammar was checked.
    private func halfPair(in value: Range<Int>) -> JSONFault {
        JSONFault(offset: value.lowerBound, detail: "half of a surrogate pair stands alone")
    }

    private mutating func append(_ object: JSONObject) throws(JSONFault) {
        if let name = object.repeatedName {
            let name = String(decoding: name, as: UTF8.self)
            throw JSONFault(offset: 0, detail: "\(name) stands twice in one object")
        }
        let members = object.members.sorted { $0.name.lexicographicallyPrecedes($1.name) }
        text.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text.append(jsonString: member.name)
            text.append(UInt8(ascii: ":"))
            try append(member.value)
        }
        text.append(UInt8(ascii: "}"))
    }

    private mutating func append(elements: [Range<Int>]) throws(JSONFault) {
        text.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            try append(element)
        }
        text.append(UInt8(ascii: "]"))
    }
}

extension DecimalNumber {
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
