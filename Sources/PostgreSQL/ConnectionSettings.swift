internal import CPostgreSQL

/// How a server is reached, in libpq's own words.
package struct ConnectionSettings: Sendable {
    /// Keywords and values in order, those that were given.
    let options: [(keyword: String, value: String)]
    /// Asked before each connection, so that another password needs no restart.
    let password: @Sendable () throws(PostgreSQLError) -> String?

    /// What libpq would otherwise take its time for, or take for a server that is wanted.
    private static let defaults = [
        // A host that does not answer is soon given up for the next.
        ("connect_timeout", "3"),
        // A standby lags: it would leave out records.
        ("target_session_attrs", "primary"),
        // A host that vanished is noticed within seconds, and not after a quarter of an hour.
        ("tcp_user_timeout", "10000"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
        ("keepalives_count", "3"),
        ("fallback_application_name", "audit-query"),
    ]

    /// Settings of a connection string: `host=db1,db2 dbname=audit user=reader sslmode=verify-full`, or a URI.
    ///
    /// - Parameters:
    ///   - text: libpq's connection string. It may not hold a password, for it stands where many may read it.
    ///   - password: gives the password before each connection; nil for none.
    /// - Throws: ``PostgreSQLError/Kind/settings``, which does not repeat the string.
    package init(
        _ text: String, password: @escaping @Sendable () throws(PostgreSQLError) -> String? = { nil }
    ) throws(PostgreSQLError) {
        var message: UnsafeMutablePointer<CChar>?
        guard let parsed = PQconninfoParse(text, &message) else {
            let reason = message.map { String(cString: $0) } ?? "libpq got no memory"
            PQfreemem(message)
            // A URI may be quoted with the password in it.
            let isQuotable = !text.contains("password") && !text.contains("://")
            throw PostgreSQLError(
                .settings, "is no connection string of libpq" + (isQuotable ? ": \(reason)" : ""))
        }
        defer { PQconninfoFree(parsed) }
        var options: [(keyword: String, value: String)] = []
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                options.append((String(cString: keyword), String(cString: value)))
            }
            option += 1
        }
        for secret in ["password", "sslpassword"] where options.contains(where: { $0.keyword == secret }) {
            throw PostgreSQLError(
                .settings, "holds a \(secret), which does not belong there: put it into a file of its own")
        }
        for (keyword, value) in Self.defaults where !options.contains(where: { $0.keyword == keyword }) {
            options.append((keyword, value))
        }
        self.options = options
        self.password = password
    }

    /// The value of a keyword; nil where it is left to libpq.
    package func value(of keyword: String) -> String? {
        options.last { $0.keyword == keyword }?.value
    }
}
