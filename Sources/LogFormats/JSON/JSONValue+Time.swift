internal import AuditRecords

extension JSONValue {
    /// The time at a path, which is a string.
    ///
    /// - Throws: that it is missing, another value, or no time.
    func time(
        _ path: StaticString, _ times: TimeReader, zoneless: TimeReader.Zoneless = .local
    ) throws(EventFault) -> Timestamp {
        guard let value = self[path], value.kind != .null else { throw .refused("\(path) is missing") }
        guard let text = value.string else { throw .refused("\(path) is not a string") }
        return try times.time(text, "\(path)", zoneless: zoneless)
    }

    /// The time that a value is, in milliseconds since 1970: a whole number, or a string of up to 16 digits.
    ///
    /// - Throws: that it is neither. `name` is what the value is called.
    static func milliseconds(_ value: JSONValue?, _ name: StaticString) throws(EventFault) -> Timestamp {
        guard let value, value.kind != .null else { throw .refused("\(name) is missing") }
        if let digits = value.string, (1...16).contains(digits.count), digits.allSatisfy(\.isDigit) {
            return try TimeReader.instant(milliseconds: digits, "\(name)")
        }
        return try TimeReader.instant(milliseconds: value.wholeNumber ?? [], "\(name)")
    }
}
