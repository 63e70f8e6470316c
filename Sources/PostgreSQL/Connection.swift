internal import CPostgreSQL
internal import Glibc

/// One connection to a server, for one thread at a time: whoever has it blocks until an answer is there or its deadline passes.
///
/// Closed with the last reference. libpq raises no SIGPIPE.
package final class Connection: @unchecked Sendable {
    // Unchecked: libpq allows any thread, one at a time, which is whoever the pool has handed it to.
    let handle: OpaquePointer
    /// The names of statements that are prepared here, by their text.
    private var prepared: [String: String] = [:]
    /// Whether something may still come of a question that nobody waits for.
    var isSpoilt = false

    /// The oldest server whose settings and views are used: 14.
    package static let oldestVersion = 140_000

    /// Connects, within the time that `connect_timeout` allows for each host.
    ///
    /// - Throws: an error that says which host was asked as which user, and what it said.
    package init(_ settings: ConnectionSettings) throws(PostgreSQLError) {
        var options = settings.options
        if let password = try settings.password() { options.append(("password", password)) }
        var keywords = options.map { UnsafePointer(strdup($0.keyword)) }
        var values = options.map { UnsafePointer(strdup($0.value)) }
        defer { for pointer in keywords + values { free(UnsafeMutablePointer(mutating: pointer)) } }
        keywords.append(nil)
        values.append(nil)
        guard let handle = PQconnectdbParams(keywords, values, 0) else {
            throw PostgreSQLError(.connection, "libpq got no memory")
        }
        self.handle = handle
        // The handle is closed by deinit from here on.
        guard PQstatus(handle) == CONNECTION_OK else { throw Self.failure(of: handle) }
        guard version >= Self.oldestVersion else {
            throw PostgreSQLError(
                .connection,
                "the server has version \(version / 10_000); \(Self.oldestVersion / 10_000) or later is needed"
            )
        }
        let encoding = parameter("server_encoding") ?? "unknown"
        guard encoding == "UTF8" else {
            throw PostgreSQLError(
                .connection, "the database has the encoding \(encoding); make one with ENCODING 'UTF8'")
        }
        guard PQsetnonblocking(handle, 1) == 0, PQsetClientEncoding(handle, "UTF8") == 0 else {
            throw PostgreSQLError(.connection, message)
        }
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit { PQfinish(handle) }

    /// As 150003 for 15.3.
    package var version: Int { Int(PQserverVersion(handle)) }

    /// Whether the server can be read only, because it follows another.
    package var isStandby: Bool { parameter("in_hot_standby") == "on" }

    /// Whether others on the way see what is sent: over a network, and without TLS.
    package var isReadable: Bool {
        PQsslInUse(handle) == 0 && PQhost(handle).map { !String(cString: $0).hasPrefix("/") } ?? true
    }

    /// Whether it can be asked again: nothing is left of what was asked before.
    package var isUsable: Bool {
        !isSpoilt && PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE
    }

    /// Whether it is gone: the server, or the network, has closed it.
    package var isBroken: Bool { PQstatus(handle) != CONNECTION_OK }

    /// What libpq said last.
    var message: String { PQerrorMessage(handle).map { String(cString: $0) } ?? "" }

    /// What the server reports of itself; nil for what it does not.
    package func parameter(_ name: String) -> String? {
        PQparameterStatus(handle, name).map { String(cString: $0) }
    }

    /// Has the server end what it is at. Connects to it anew, so it may block as long as connecting does, and any thread may call it.
    package func cancel() {
        guard let cancellation = PQgetCancel(handle) else { return }
        defer { PQfreeCancel(cancellation) }
        var reason = [CChar](repeating: 0, count: 256)
        _ = PQcancel(cancellation, &reason, Int32(reason.count))
    }

    /// The name of a prepared statement; nil when it is not prepared here.
    func name(of sql: String) -> String? { prepared[sql] }

    /// A name for a statement to be prepared.
    func newName() -> String { "s\(prepared.count)" }

    /// Notes that a statement is prepared.
    func note(_ name: String, of sql: String) { prepared[sql] = name }

    private static func failure(of handle: OpaquePointer) -> PostgreSQLError {
        let said = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
        let advice =
            PQconnectionNeedsPassword(handle) != 0
            ? "; the server wants a password, and there is none"
            : PQconnectionUsedPassword(handle) != 0 ? "; the password that was given may be wrong" : ""
        return PostgreSQLError(.connection, said + advice)
    }
}
