internal import JSONBytes

/// What stands before a message in PostgreSQL's log as text (log_line_prefix), behind the time: Debian's `%m [%p] %q%u@%d `,
/// or the keys of pgBadger's documentation, `%t [%p]: user=%u,db=%d,app=%a,client=%h `. Of others only the message is read.
struct PgLinePrefix {
    private(set) var user: [UInt8]?
    private(set) var database: [UInt8]?
    private(set) var host: [UInt8]?
    /// The beginning of the message; nil where the line is no message, but says more about one.
    private(set) var message: ArraySlice<UInt8>?

    /// Severities of messages that pgAudit may have (pgaudit.log_level), and of what the server's own have besides.
    private static let auditSeverities: [StaticString] = ["LOG", "INFO", "NOTICE", "WARNING"]
    private static let otherSeverities: [StaticString] = [
        "ERROR", "FATAL", "PANIC", "DETAIL", "HINT", "QUERY", "CONTEXT", "LOCATION", "STATEMENT",
    ]

    init(_ text: ArraySlice<UInt8>) {
        var rest = text
        if let keys = Self.keys(text) {
            (user, database, host, rest) = keys
        } else if let debian = Self.debian(text) {
            (user, database, rest) = debian
        }
        message = Self.message(rest)
    }

    private typealias Keys = ([UInt8]?, [UInt8]?, [UInt8]?, ArraySlice<UInt8>)

    private static func keys(_ text: ArraySlice<UInt8>) -> Keys? {
        var cursor = TextCursor(text)
        guard cursor.processId(), cursor.accept(text: ": user="), let user = cursor.pass(through: ",db="),
            let database = cursor.pass(through: ",app="), cursor.pass(through: ",client=") != nil
        else { return nil }
        let rest = cursor.rest
        guard let end = rest.indices.first(where: { isEnd(rest[$0...]) }) else { return nil }
        return (Array(user), Array(database), Array(rest[..<end]), rest[(end + 1)...])
    }

    /// The prefix ends at the first severity: a statement may have another, and what looks like names before it.
    private static func debian(_ text: ArraySlice<UInt8>) -> ([UInt8]?, [UInt8]?, ArraySlice<UInt8>)? {
        var cursor = TextCursor(text)
        guard cursor.processId() else { return nil }
        let rest = cursor.rest
        guard let end = rest.indices.first(where: { isEnd(rest[$0...]) }) else { return nil }
        guard end > rest.startIndex else { return (nil, nil, rest.dropFirst()) }
        guard cursor.accept(" ") else { return nil }
        let names = cursor.rest[..<end]
        guard let at = names.lastIndex(of: UInt8(ascii: "@")), at > names.startIndex,
            names.first != UInt8(ascii: " "),
            names.end(from: at + 1, while: { !$0.isSpace }) == names.endIndex
        else { return nil }
        return (Array(names[..<at]), Array(names[(at + 1)...]), rest[(end + 1)...])
    }

    /// Whether a blank, and a severity behind it, are next.
    private static func isEnd(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.first == UInt8(ascii: " ") else { return false }
        let word = text.dropFirst().prefix(while: \.isCapital)
        var rest = text[word.endIndex...]
        if rest.first?.isDigit == true { rest = rest.dropFirst() }
        return !word.isEmpty && rest.begins(with: ":  ")
    }

    /// The message behind the first severity, if it is one that pgAudit's messages have.
    private static func message(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        for place in text.indices where text[place].isCapital {
            let rest = text[place...]
            for severity in auditSeverities where rest.begins(with: severity) {
                let behind = rest.dropFirst(severity.utf8CodeUnitCount)
                if behind.begins(with: ":  ") { return behind.dropFirst(3) }
            }
            if let message = debugMessage(rest) { return message }
            let isOther = otherSeverities.contains { severity in
                rest.begins(with: severity)
                    && rest.dropFirst(severity.utf8CodeUnitCount).begins(with: ":  ")
            }
            if isOther { return nil }
        }
        return nil
    }

    /// The message behind `DEBUG` or `DEBUG1` to `DEBUG5`.
    private static func debugMessage(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard text.begins(with: "DEBUG") else { return nil }
        var rest = text.dropFirst(5)
        if let digit = rest.first, digit.isDigit, (1...5).contains(digit.digitValue) {
            rest = rest.dropFirst()
        }
        return rest.begins(with: ":  ") ? rest.dropFirst(3) : nil
    }
}

extension TextCursor {
    /// Passes ` [123]`.
    fileprivate mutating func processId() -> Bool {
        accept(text: " [") && !pass(while: \.isDigit).isEmpty && accept("]")
    }
}
