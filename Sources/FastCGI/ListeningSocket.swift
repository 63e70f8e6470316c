internal import Glibc

/// A listening UNIX stream socket, owned: closed at the end of its life, and its file removed when this
/// process made it. Non-blocking, since another process may take the connection that was there.
package struct ListeningSocket: ~Copyable, Sendable {
    let descriptor: Int32
    /// Where it listens; empty for a socket without a name.
    package let path: String
    /// The path that this process bound; nil for a socket that systemd passed, whose file is systemd's.
    private let ownPath: String?

    /// systemd keeps a passed socket open, so connections that arrive during a restart wait in its backlog.
    var isShared: Bool { ownPath == nil }

    /// Takes over a listening socket that systemd passed (sd_listen_fds(3)).
    package init(inherited descriptor: Int32) throws(FastCGIError) {
        try Self.makeNonBlocking(descriptor)
        self.descriptor = descriptor
        path = Self.boundPath(descriptor)
        ownPath = nil
    }

    /// Listens on `path`, with mode 0660, so that nginx needs to share the group. A socket file left behind
    /// by a process that died is replaced; one on which a process still listens is an error.
    package init(path: String) throws(FastCGIError) {
        descriptor = try Self.makeListening(path)
        self.path = path
        ownPath = path
    }

    deinit {
        unlink()
        close(descriptor)
    }

    /// Takes the socket's file away, so that nobody connects any more. Does nothing to systemd's.
    func unlink() {
        if let ownPath { Glibc.unlink(ownPath) }
    }

    /// Waits for a connection, and takes it. The caller closes it.
    ///
    /// - Returns: its descriptor; nil when none came in time.
    package func accept(within milliseconds: Int32) -> Int32? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, milliseconds) > 0 else { return nil }
        let connection = Glibc.accept(descriptor, nil, nil)
        guard connection >= 0 else { return nil }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        return connection
    }

    private static func boundPath(_ descriptor: Int32) -> String {
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let found = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard found == 0, address.sun_family == sa_family_t(AF_UNIX) else { return "" }
        return withUnsafeBytes(of: &address.sun_path) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private static func makeListening(_ path: String) throws(FastCGIError) -> Int32 {
        var address = try address(of: path)
        try removeStale(path, &address)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system("socket", path) }
        do throws(FastCGIError) {
            // Between bind and chmod nobody can connect, since the socket does not listen yet.
            let bound = withPointer(to: &address) { Glibc.bind(descriptor, $0, $1) }
            guard bound == 0 else { throw .system("bind", path) }
            guard chmod(path, 0o660) == 0 else { throw .system("chmod", path) }
            guard listen(descriptor, 4096) == 0 else { throw .system("listen", path) }
            try makeNonBlocking(descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func makeNonBlocking(_ descriptor: Int32) throws(FastCGIError) {
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else {
            throw .system("fcntl", "descriptor \(descriptor)")
        }
    }

    private static func removeStale(_ path: String, _ address: inout sockaddr_un) throws(FastCGIError) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw FastCGIError(.notASocket, "\(path) exists and is no socket")
        }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard probe >= 0 else { throw .system("socket", path) }
        defer { close(probe) }
        guard withPointer(to: &address, { connect(probe, $0, $1) }) != 0 else {
            throw FastCGIError(.socketInUse, "another worker serves \(path)")
        }
        Glibc.unlink(path)
    }

    private static func address(of path: String) throws(FastCGIError) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard path.utf8.count <= room else {
            throw FastCGIError(
                .pathTooLong, "\(path) is longer than the \(room) bytes of a UNIX socket's address")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return address
    }

    private static func withPointer<Result>(
        to address: inout sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
