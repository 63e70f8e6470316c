// Look-up by path, as docs/formats.md writes paths: `userIdentity.arn`.
extension JSONValue {
    /// The value at a path: names with dots between them. Nil where an object or member on the way is not there. A member whose
    /// name has a dot is had by ``member(_:)``.
    subscript(path: StaticString) -> JSONValue? {
        path.withUTF8Buffer { names in
            var value = self
            var rest = names[...]
            while true {
                let name = rest.prefix { $0 != UInt8(ascii: ".") }
                guard let next = value.member(UnsafeBufferPointer(rebasing: name)) else { return nil }
                value = next
                guard name.endIndex < rest.endIndex else { return value }
                rest = rest[(name.endIndex + 1)...]
            }
        }
    }

    /// Whether there is a member at a path, be it null.
    func has(_ path: StaticString) -> Bool { self[path] != nil }

    /// The object at a path; nil where there is none, or another value.
    func object(_ path: StaticString) -> JSONValue? {
        guard let value = self[path], value.isObject else { return nil }
        return value
    }

    /// Of these paths the first that has text (``words``), and that.
    func first(_ paths: StaticString...) -> [UInt8]? {
        for path in paths {
            if let text = self[path]?.words { return text }
        }
        return nil
    }

    /// Whether the member at a path is a string.
    func hasString(_ path: StaticString) -> Bool { self[path]?.kind == .string }
}

extension [JSONValue?] {
    /// What they say, with a mark between those that say anything; nil where none does.
    func spelt(_ mark: Unicode.Scalar = ":") -> [UInt8]? {
        let parts = compactMap { $0?.spelling }
        return parts.isEmpty ? nil : [UInt8](parts.joined(separator: [UInt8(ascii: mark)]))
    }
}
