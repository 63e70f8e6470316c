/// Why PostgreSQL did not do what it was asked.
package struct PostgreSQLError: Error, Sendable, CustomStringConvertible {
    /// The kinds that somebody decides on.
    package enum Kind: Sendable, Equatable {
        /// The connection's parameters are none, or say what may not stand there.
        case settings
        /// The password cannot be had.
        case password
        /// There is no connection, or it broke: nobody knows how far the server came.
        case connection
        /// The deadline passed. The connection is not to be used any more.
        case deadline
        /// The server said no; its five characters say why (PostgreSQL's documentation, appendix A).
        case server(state: String)
    }

    /// The kind.
    package let kind: Kind
    /// What is wrong, on one line. Holds no password, and of what the server says only the message itself: its details may hold
    /// values of rows.
    package let description: String

    /// An error of its kind; line breaks in what libpq says become blanks.
    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }

    /// The server's five characters; nil where it was not the server.
    package var state: String? {
        if case .server(let state) = kind { state } else { nil }
    }

    /// The table of the order of arrival has no row.
    package static let noArrival = PostgreSQLError(
        .server(state: "42P01"), "audit_query.arrival is empty (42P01)")
}
