import Files
import PostgreSQL

/// How a database with records is reached.
struct PostgreSQLSettings: Equatable {
    /// libpq's connection string, which holds no password.
    let connection: String
    /// Where the password is; nil where none is needed.
    let passwordFile: String?
    /// The most connections of one process.
    let connections: Int
    /// Whether workers read a standby when no primary answers.
    let standbyReads: Bool

    private static let connectionKey = "store.postgresql.connection"
    /// A file of one line; more is no password.
    private static let mostBytes = 4096

    init(_ source: SettingsSource) throws(SettingsError) {
        guard let connection = try source.optionalText(Self.connectionKey) else {
            throw source.fault(
                Self.connectionKey,
                "must say where the database is: host=db.example dbname=audit user=audit_reader")
        }
        self.connection = connection
        passwordFile = try source.optionalText("store.postgresql.password-file")
        connections = try source.int("store.postgresql.connections", in: 1...1000)
        standbyReads = try source.bool("store.postgresql.standby-reads")
        do throws(PostgreSQLError) {
            _ = try ConnectionSettings(connection)
        } catch {
            throw source.fault(Self.connectionKey, error.description)
        }
        guard !standbyReads || namesSeveralHosts else {
            throw source.fault(
                "store.postgresql.standby-reads", "needs the standby among the hosts of \(Self.connectionKey)"
            )
        }
    }

    /// What libpq is given. The password is read anew for each connection.
    func connectionSettings() throws(SettingsError) -> ConnectionSettings {
        do throws(PostgreSQLError) {
            return try ConnectionSettings(connection) { [passwordFile] () throws(PostgreSQLError) in
                try passwordFile.map { file throws(PostgreSQLError) in try Self.password(file) } ?? nil
            }
        } catch {
            throw SettingsError(description: "\(Self.connectionKey) \(error)")
        }
    }

    /// Whether a connection may be to one of several hosts.
    var namesSeveralHosts: Bool {
        guard let settings = try? ConnectionSettings(connection) else { return false }
        return ["host", "hostaddr"].contains { settings.value(of: $0)?.contains(",") == true }
    }

    /// What people call it.
    var place: String {
        guard let settings = try? ConnectionSettings(connection) else { return "PostgreSQL" }
        let database = settings.value(of: "dbname").map { "the database \($0)" } ?? "a database"
        return "\(database) on \(settings.value(of: "host") ?? settings.value(of: "hostaddr") ?? "this host")"
    }

    /// The one line of a file; nil for an empty one, as systemd makes it where an operator has none. Faults are told of the
    /// setting that named it.
    static func password(
        _ path: String, calledIn setting: String = "store.postgresql.password-file"
    ) throws(PostgreSQLError) -> String? {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try LocalFile.read(path, limit: mostBytes)
        } catch {
            throw PostgreSQLError(.password, "\(setting): \(error)")
        }
        let line = bytes.last == UInt8(ascii: "\n") ? Array(bytes.dropLast()) : bytes
        guard !line.isEmpty else { return nil }
        guard let text = String(validating: line, as: UTF8.self),
            !line.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\n") })
        else {
            throw PostgreSQLError(
                .password, "\(setting): \(path) must have one line, in UTF-8")
        }
        return text
    }
}
