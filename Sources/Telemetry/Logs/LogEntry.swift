package import Logging

/// What a line of the log says: the same for the journal and for standard error.
package struct LogEntry: Sendable {
    /// A field of the journal and its value. The name is in capitals.
    package struct Field: Hashable, Sendable {
        let name: String
        let value: String

        /// A field. What no name of the journal's may have becomes `_` (systemd.journal-fields(7)).
        package init(_ name: String, _ value: String) {
            self.init(checkedName: Self.checked(name), value)
        }

        /// A field whose name ``checked(_:)`` has given.
        init(checkedName: String, _ value: String) {
            name = checkedName
            self.value = value
        }

        /// The name as the journal takes it.
        static func checked(_ name: String) -> String {
            let characters = name.uppercased().utf8.map { $0.isLetterOrDigit ? $0 : UInt8(ascii: "_") }
            // A leading underscore is for what journald itself finds out.
            return String(decoding: characters.drop { $0 == UInt8(ascii: "_") }.prefix(64), as: UTF8.self)
        }
    }

    let level: Logger.Level
    let message: String
    /// In the order that people read them.
    var fields: [Field]

    /// An entry.
    package init(level: Logger.Level, message: String, fields: [Field]) {
        self.level = level
        self.message = message
        self.fields = fields
    }

    /// The value of the first field of a name.
    func value(of name: String) -> String? { fields.first { $0.name == name }?.value }
}
