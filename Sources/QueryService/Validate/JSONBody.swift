internal import JSONBytes

/// Reads parameters from a body that is one JSON object.
enum JSONBody {
    /// The object's members as parameters: strings, whole numbers and arrays of strings.
    ///
    /// - Throws: what is wrong with the body as a whole.
    static func parameters(_ body: [UInt8]) throws(ParameterError) -> [RawParameter] {
        let object = try object(body)
        return object.members.map { member in
            let name = String(decoding: member.name, as: UTF8.self)
            if let text = object.string(member) { return RawParameter(name: name, value: .text(text)) }
            if let integer = integer(body[member.value]) {
                return RawParameter(name: name, value: .integer(integer))
            }
            if let elements = object.elements(at: member.value) {
                let texts = elements.compactMap { object.string(at: $0) }
                if texts.count == elements.count { return RawParameter(name: name, value: .list(texts)) }
            }
            return RawParameter(
                name: name,
                value: .invalid(
                    "must be a string, a whole number for limit or top, or an array of strings for by"))
        }
    }

    /// The body as a JSON object.
    ///
    /// - Throws: what is wrong with it.
    static func object(_ body: [UInt8]) throws(ParameterError) -> JSONObject {
        guard String(validating: body, as: UTF8.self) != nil else {
            throw ParameterError("body", "is not valid UTF-8")
        }
        do {
            return try JSONObject(body)
        } catch {
            throw ParameterError("body", "is not a JSON object: \(error)")
        }
    }

    /// The value of a number that is whole, however it is written: 47, 47.0 and 4.7e1 are one integer (JSON Schema
    /// 2020-12, section 4.2.3). `text` is a value whose grammar has been checked.
    ///
    /// Nil for any other value, and for a number of more than 18 digits.
    private static func integer(_ text: ArraySlice<UInt8>) -> Int? {
        let isNegative = text.first == UInt8(ascii: "-")
        let mantissa = text.dropFirst(isNegative ? 1 : 0).prefix { isDigit($0) || $0 == UInt8(ascii: ".") }
        guard !mantissa.isEmpty else { return nil }
        let whole = mantissa.prefix(while: isDigit)
        let fraction = mantissa.dropFirst(whole.count + 1)
        var exponent = exponent(text[mantissa.endIndex...].dropFirst()) - fraction.count
        var digits = Array((whole + fraction).drop { $0 == UInt8(ascii: "0") })
        guard !digits.isEmpty else { return 0 }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        guard exponent >= 0, digits.count + exponent <= 18 else { return nil }
        digits += Array(repeating: UInt8(ascii: "0"), count: exponent)
        return Int((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self))
    }

    /// What stands after the e of a number; 0 where there is none. Of one with more digits only the first nine count:
    /// no body is long enough to make up for that many places.
    private static func exponent(_ text: ArraySlice<UInt8>) -> Int {
        let digits = text.drop { !isDigit($0) || $0 == UInt8(ascii: "0") }.prefix(9)
        let value = Int(String(decoding: digits, as: UTF8.self)) ?? 0
        return text.first == UInt8(ascii: "-") ? -value : value
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
