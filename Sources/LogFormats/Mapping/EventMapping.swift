internal import AuditRecords

/// What somebody says of the logs of a producer that no format is of: which member, or column, is what.
package struct EventMapping: Sendable {
    /// How events stand in a source.
    package enum Shape: String, Sendable, CaseIterable {
        /// JSON objects, as in ``JSONReader``.
        case json
        /// Comma separated values (RFC 4180).
        case csv
    }

    /// How a time is written.
    package enum TimeForm: String, Sendable, CaseIterable {
        case rfc3339
        /// Since 1970, with a fraction or without.
        case seconds
        case milliseconds, microseconds
    }

    /// Texts by which something is told: whole ones, or what they begin with.
    package struct Texts: Sendable {
        private let texts: [[UInt8]]

        /// Texts as they are written: one that ends in an asterisk is what others begin with.
        package init(_ texts: [String]) {
            self.texts = texts.map { Array($0.utf8) }
        }

        /// Whether a text is one of them.
        func contain(_ text: [UInt8]) -> Bool {
            texts.contains { pattern in
                pattern.last == UInt8(ascii: "*") ? text.starts(with: pattern.dropLast()) : text == pattern
            }
        }
    }

    /// A member and the texts that it may have.
    package struct Rule: Sendable {
        let path: MemberPath
        let texts: Texts

        /// A rule of both.
        package init(_ path: MemberPath, _ texts: Texts) {
            (self.path, self.texts) = (path, texts)
        }
    }

    /// What the system of events is called that name none.
    package var name: String
    /// How they stand in a source.
    package var shape = Shape.json
    /// Where the event's id is: of several paths the first counts that says something, here and below.
    package var id: [MemberPath] = []
    /// Where the system is that it happened in.
    package var system: [MemberPath] = []
    /// Where it is who did it.
    package var user: [MemberPath] = []
    /// Where it is what it was done to.
    package var resource: [MemberPath] = []
    /// Where it is what was done.
    package var action: [MemberPath] = []
    /// Where the address is that it came from.
    package var address: [MemberPath] = []
    /// Where it is when it happened.
    package var time: MemberPath
    /// How that is written.
    package var timeForm = TimeForm.rfc3339
    /// What times without zone mean; nil for what is said of all files of a load.
    package var times: TimeReader?
    /// What tells how an event ended, by the first of these that is so.
    package var outcomes: [(Outcome, Rule)] = []
    /// What tells that something is no audit event.
    package var skipped: [Rule] = []
    /// The names of a table's columns; nil where its first row has them.
    package var columns: [String]?

    /// A mapping of a name that says nothing but where the time is.
    package init(name: String, time: MemberPath) {
        (self.name, self.time) = (name, time)
    }
}

/// Names of members, each within the one before: `request.user.name`. A dot in a name has a backslash before it.
package struct MemberPath: Sendable {
    /// As it is written.
    package let text: String
    private let names: [[UInt8]]

    /// The path of a text; nil where a name in it is empty.
    package init?(_ text: String) {
        var names: [[UInt8]] = [[]]
        var isEscaped = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\") where !isEscaped:
                isEscaped = true
                continue
            case UInt8(ascii: ".") where !isEscaped: names.append([])
            default: names[names.count - 1].append(byte)
            }
            isEscaped = false
        }
        guard !isEscaped, names.allSatisfy({ !$0.isEmpty }) else { return nil }
        (self.text, self.names) = (text, names)
    }

    /// The value at the path; nil where something on the way is not there.
    func value(in object: JSONValue) -> JSONValue? {
        var value = object
        for name in names {
            guard let next = name.withUnsafeBufferPointer({ value.member($0) }) else { return nil }
            value = next
        }
        return value
    }

    /// What stands at the path, as text: a string that is not empty, or a number, or true or false.
    func words(in object: JSONValue) -> [UInt8]? {
        guard let value = value(in: object) else { return nil }
        switch value.kind {
        case .string, .array: return value.words
        case .number, .isTrue, .isFalse: return value.bytes
        case .object, .null: return nil
        }
    }
}
