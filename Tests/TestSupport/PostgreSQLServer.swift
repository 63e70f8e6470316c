internal import Foundation
internal import Glibc

/// A PostgreSQL server of the test program's own: on a socket in a temporary folder, as nobody, without a network, and gone with the
/// test program. What the machine's own clusters hold is not touched.
package final class PostgreSQLServer: Sendable {
    /// The folder of its socket, which is the `host` of a connection.
    package let host: String
    private let data: String
    private let process: ChildProcess
    private let guardian: Guardian

    /// Who owns everything in it, and needs no password.
    package static let owner = "owner"
    /// Whoever else there is needs one, but these.
    private static let trusted = "owner,reader,writer,remover"

    /// Where Debian's package has its programs: those of the latest version that is installed.
    package static let programs: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap { Int($0) }.sorted().last {
            Place.path(of: "\(root)/\($0)/bin/initdb") != nil
        }
        .map { "\(root)/\($0)/bin" }
    }()

    /// The one that tests share which need no server of their own. Each has its own database.
    package static func shared() throws -> PostgreSQLServer { try sharedServer.get() }
    private static let sharedServer = Result { try PostgreSQLServer() }

    /// Makes a cluster, or a standby of another one, and starts it; returns when it answers. Its default collation is not that of
    /// bytes.
    package init(settings: [String] = [], following primary: PostgreSQLServer? = nil) throws {
        guard let programs = Self.programs else {
            throw Failure("no PostgreSQL is installed: scripts/test installs Debian's package postgresql")
        }
        var template = Array("/tmp/audit-query-pg-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure("no temporary folder: errno \(errno)") }
        host = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        let data = "\(host)/data"
        self.data = data
        guardian = try Guardian(folder: host)
        // The server refuses to be root's; nobody may be it, and whoever tests connects to its socket.
        let isRoot = geteuid() == 0
        let nobody: uid_t = 65534
        if isRoot, chown(host, nobody, nobody) != 0 { throw Failure("chown \(host): errno \(errno)") }
        guard chmod(host, 0o755) == 0 else { throw Failure("chmod \(host): errno \(errno)") }
        let prefix = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        let environment = ["PATH": Place.searchPath, "LC_ALL": "C.UTF-8", "HOME": host]
        let cluster =
            primary.map { primary in
                [
                    "\(programs)/pg_basebackup", "--pgdata=\(data)", "--host=\(primary.host)",
                    "--username=\(Self.owner)", "--write-recovery-conf", "--checkpoint=fast", "--no-sync",
                ]
            } ?? [
                "\(programs)/initdb", "--pgdata=\(data)", "--username=\(Self.owner)", "--encoding=UTF8",
                "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en", "--auth=trust", "--no-sync",
            ]
        let initialize = try ChildProcess(
            prefix + cluster, environment: environment, streams: .init(), guardian: guardian)
        guard try initialize.wait(within: .seconds(120)) == 0 else { throw Failure("\(cluster[0]) failed") }
        try Self.write(
            "local replication \(Self.owner) trust\nlocal all \(Self.trusted) trust\nlocal all all scram-sha-256\n",
            to: "\(data)/pg_hba.conf")
        let options = [
            "listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=100",
            "unix_socket_directories=\(host)", "logging_collector=off",
        ]
        process = try ChildProcess(
            prefix + ["\(programs)/postgres", "-D", data]
                + (options + settings).flatMap { ["-c", $0] },
            environment: environment,
            streams: .init(outputPath: "\(host)/log", errorPath: "\(host)/log"), guardian: guardian)
        let state = "\(data)/postmaster.pid"
        try eventually("a PostgreSQL that is ready") {
            guard process.status == nil else { throw Failure("postgres ended: see \(host)/log") }
            return (try? String(contentsOfFile: state, encoding: .utf8))?.contains("ready") == true
        }
    }

    private static func write(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_TRUNC)
        guard file >= 0 else { throw Failure("\(path): errno \(errno)") }
        defer { close(file) }
        _ = Array(text.utf8).withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    }

    /// How a database of it is reached.
    package func connection(_ database: String, user: String = owner) -> String {
        "host=\(host) dbname=\(database) user=\(user)"
    }

    /// A standby takes nothing from its primary any more.
    package func isolate() throws {
        try ask("ALTER SYSTEM SET primary_conninfo = ''")
        try ask("SELECT pg_reload_conf()")
        try eventually("it follows nobody") { try ask("SELECT count(*) FROM pg_stat_wal_receiver") == "0" }
    }

    /// Makes a standby a primary.
    package func promote() throws {
        guard try ask("SELECT pg_promote()") == "t" else { throw Failure("it was not promoted") }
    }

    /// What the owner is told.
    @discardableResult private func ask(_ sql: String) throws -> String {
        let path = "\(host)/answer-\(UInt64.random(in: .min ... .max))"
        let process = try ChildProcess(
            [
                "\(Self.programs ?? "")/psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
                "--host", host,
                "--username", Self.owner, "--dbname", "postgres", "--command", sql,
            ],
            environment: ["PATH": Place.searchPath, "HOME": host],
            streams: .init(outputPath: path, errorPath: path), guardian: guardian)
        let status = try process.wait(within: .seconds(60))
        let text = try String(contentsOfFile: path, encoding: .utf8)
        guard status == 0 else { throw Failure("\(sql): \(text)") }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Stops it as an operator does, without waiting for whoever is connected.
    package func stop() throws {
        process.signal(SIGINT)
        try process.wait()
    }

    deinit {
        process.destroy()
        guardian.dismiss()
        try? FileManager.default.removeItem(atPath: host)
    }
}
