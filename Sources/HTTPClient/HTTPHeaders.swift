import CCurl

/// Header fields in order, with repeated names, looked up without regard to case (RFC 9110, 5.1).
package struct HTTPHeaders: Sendable, Hashable, RandomAccessCollection, ExpressibleByDictionaryLiteral {
    /// One field: its name as written, and its value without surrounding white space.
    package struct Field: Sendable, Hashable {
        /// The name, in the case it was written in.
        package var name: String
        /// The value; bytes that are not UTF-8 are replaced by U+FFFD in what a server sent.
        package var value: String

        /// A field of its parts.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    private var fields: [Field]

    /// Headers of fields, in the order in which they are sent.
    package init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// Headers of names and values in order; a name may come more than once.
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Field(name: $0.0, value: $0.1) })
    }

    /// The first value of a name, which may be in any case; nil when there is none.
    package subscript(name: String) -> String? {
        fields.first { isSame($0.name, name) }?.value
    }

    /// Adds a field after all others.
    package mutating func append(name: String, value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Adds to the last field's value: a line that continues the one before it (RFC 9112, 5.2).
    mutating func continueLast(with more: String) {
        guard let last = fields.indices.last else { return }
        fields[last].value += fields[last].value.isEmpty ? more : " " + more
    }

    /// The index of the first field.
    package var startIndex: Int { fields.startIndex }

    /// The index after the last field.
    package var endIndex: Int { fields.endIndex }

    /// The field at an index.
    package subscript(position: Int) -> Field { fields[position] }

    private func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { lowercased($0) == lowercased($1) }
    }

    private func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

extension HTTPHeaders: Redacted {
    /// The names in order, without the values, which may be secrets.
    package var description: String { "[\(fields.map(\.name).joined(separator: ", "))]" }
}

extension HTTPHeaders.Field: Redacted {
    /// The name, without the value, which may be a secret.
    package var description: String { name }
}

/// The times that HTTP headers state.
package enum HTTPDate {
    /// Seconds since 1970 of a `Date` header, such as `Tue, 15 Nov 1994 08:12:31 GMT` (RFC 9110 section
    /// 5.6.7), read by libcurl; nil for what is no date.
    package static func seconds(_ text: String) -> Int? {
        let seconds = curl_getdate(text, nil)
        return seconds < 0 ? nil : seconds
    }
}
