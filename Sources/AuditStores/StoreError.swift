package import AuditRecords

/// Why a store did not answer.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    /// The kinds that somebody decides on.
    package enum Code: String, Sendable {
        /// Not there, not readable, or not what it should be: an operator must act.
        case unavailable
        /// What is there under a key is no record any more, though the store answers.
        case unreadable
        /// Too much is asked of it now; a little later it may answer.
        case busy
        /// The request's deadline passed.
        case deadline
        /// It has no room for what was to be written.
        case full
        /// It does not take what was to be written, as it is, and will not take it later.
        case refused
        /// A service answers with more than is taken at once: it may be asked for less.
        case answerTooLarge
        /// It answers, but more than was allowed for.
        case tooLarge
        /// It keeps no order of arrival, as it is: an operator may change that.
        case unfollowed
    }

    /// The kind.
    package let code: Code
    /// What is wrong, where, and what to do: for operators. Clients do not see it.
    package let description: String

    /// An error of its kind and its description.
    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

extension StoreError {
    /// The records of keys that were asked for do not fit into so many bytes.
    package init(tooManyBytes limit: Int) {
        self.init(.tooLarge, "the records that were asked for have more than \(limit) bytes together")
    }
}

extension Identifier {
    /// As an error names it: on one line, whatever it holds, and not too long.
    package var quoted: String { String(reflecting: String(description.prefix(200))) }
}
