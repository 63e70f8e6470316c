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
        ("tcp_user_timeout", "5000"), ("keepalives_idle", "3"), ("keepalives_interval", "1"),
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

    private init(_ options: [(keyword: String, value: String)], like other: ConnectionSettings) {
        self.options = options
        password = other.password
    }

    /// The same for each host that is named, in their order, whatever it is to the others; itself where that is one.
    package var servers: [ConnectionSettings] {
        let places = ["host", "hostaddr", "port"]
        func items(_ keyword: String) -> [String] {
            value(of: keyword)?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
        }
        let count = max(items("host").count, items("hostaddr").count)
        guard count > 1 else { return [self] }
        return (0..<count).map { index in
            let options = options.map { keyword, value in
                if keyword == "target_session_attrs" { return (keyword: keyword, value: "any") }
                let items = places.contains(keyword) ? items(keyword) : []
                // One port is that of all.
                return (keyword: keyword, value: items.count == count ? items[index] : value)
            }
            return ConnectionSettings(options, like: self)
        }
    }

    /// What people call its host.
    package var host: String { value(of: "host") ?? value(of: "hostaddr") ?? "this host" }

    /// The value of a keyword; nil where it is left to libpq.
    package func value(of keyword: String) -> String? {
        options.last { $0.keyword == keyword }?.value
    }
}
