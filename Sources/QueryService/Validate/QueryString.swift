internal import JSONBytes

/// Reads the query of a URL as browsers and HTTP libraries write it (application/x-www-form-urlencoded,
/// WHATWG URL section 5): `%41` is a byte, and `+` is a space.
///
/// Except in dates: an offset's `+02:00` is often sent as it is, and a space means nothing there.
enum QueryString {
    static func parameters(_ query: [UInt8]) -> [RawParameter] {
        var parameters: [RawParameter] = []
        var rest = query[...]
        while !rest.isEmpty {
            let end = rest.place(of: UInt8(ascii: "&")) ?? rest.endIndex
            if end > rest.startIndex { parameters.append(parameter(rest[..<end])) }
            rest = rest[end...].dropFirst()
        }
        return parameters
    }

    private static func parameter(_ pair: ArraySlice<UInt8>) -> RawParameter {
        let separator = pair.place(of: UInt8(ascii: "=")) ?? pair.endIndex
        guard let nameBytes = decode(pair[..<separator], plus: UInt8(ascii: " ")),
            let name = String(validating: nameBytes, as: UTF8.self)
        else {
            let shown = String(decoding: pair[..<separator].prefix(64), as: UTF8.self)
            return RawParameter(name: shown, value: .invalid(faultyEncoding))
        }
        let isDate = name == "startDate" || name == "endDate"
        let plus = isDate ? UInt8(ascii: "+") : UInt8(ascii: " ")
        guard let value = decode(pair[separator...].dropFirst(), plus: plus) else {
            return RawParameter(name: name, value: .invalid(faultyEncoding))
        }
        return RawParameter(name: name, value: .text(value))
    }

    private static let faultyEncoding =
        "is not percent-encoded UTF-8: write each byte that needs it as % and two digits"

    private static func decode(_ text: ArraySlice<UInt8>, plus: UInt8) -> [UInt8]? {
        guard text.place(of: UInt8(ascii: "%")) != nil || text.place(of: UInt8(ascii: "+")) != nil else {
            return Array(text)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(plus)
            case UInt8(ascii: "%"):
                guard let byte = UInt8(hexadecimal: rest.prefix(2)) else { return nil }
                decoded.append(byte)
                rest = rest.dropFirst(2)
            default: decoded.append(byte)
            }
        }
        return decoded
    }
}

extension [RawParameter] {
    /// These, with all of one name as one that is a list, in the place of the first.
    func gathering(_ name: String) -> [RawParameter] {
        guard let first = firstIndex(where: { $0.name == name }) else { return self }
        var values: [[UInt8]] = []
        var gathered = filter { $0.name != name }
        for parameter in self where parameter.name == name {
            guard case .text(let text) = parameter.value else { return gathered + [parameter] }
            values.append(text)
        }
        gathered.insert(RawParameter(name: name, value: .list(values)), at: first)
        return gathered
    }
}

/// A parameter as the client wrote it, from a query string or a JSON body: a name and a value that nobody has
/// judged.
struct RawParameter: Equatable {
    enum Value: Equatable {
        case text([UInt8])
        case integer(Int)
        /// Texts: an array of a body, or what one name has in a query string.
        case list([[UInt8]])
        /// Not even a value, and why.
        case invalid(String)
    }

    let name: String
    let value: Value
}
