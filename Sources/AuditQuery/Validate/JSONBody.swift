/// Reads parameters from a body that is one JSON object.
enum JSONBody {
    /// The object's members as parameters: strings and whole numbers.
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
            return RawParameter(name: name, value: .invalid("must be a string, or a whole number for limit"))
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

    private static func integer(_ text: ArraySlice<UInt8>) -> Int? {
        Int(String(decoding: text, as: UTF8.self))
    }
}
