import FastCGI
import Logging
import Systemd

/// Where a worker listens: on the sockets that systemd passed, or else at a path and beside it.
struct WorkerSockets {
    private let passed: [ActivationSocket]
    private let path: String
    private let log: Logger

    /// What the unit of the status socket calls it (FileDescriptorName=).
    private static let statusName = "status"

    /// - Throws: when systemd passed no socket for requests, and no path is given.
    init(path: String?, log: Logger) throws(SettingsError) {
        passed = ActivationSocket.passed()
        self.log = log
        guard path != nil || passed.contains(where: { $0.name != Self.statusName }) else {
            throw SettingsError(description: "no socket: systemd passed none, and --socket names none")
        }
        self.path = path ?? ""
    }

    /// The socket that nginx sends requests to.
    func requests() throws(FastCGIError) -> ListeningSocket {
        guard let socket = passed.first(where: { $0.name != Self.statusName }) else {
            return try ListeningSocket(path: path)
        }
        return try ListeningSocket(inherited: socket.descriptor)
    }

    /// Shows the worker on a socket of its own: `1.status` beside `1.sock`. Nil where it cannot be; the worker serves without
    /// it.
    func status(pages: [StatusSocket.Page]) -> StatusSocket? {
        do throws(FastCGIError) {
            if let socket = passed.first(where: { $0.name == Self.statusName }) {
                return StatusSocket(
                    listener: try ListeningSocket(inherited: socket.descriptor), pages: pages)
            }
            // In its sandbox under systemd a worker may make no socket.
            guard passed.isEmpty else { return nil }
            return StatusSocket(
                listener: try ListeningSocket(path: Self.statusPath(besides: path)), pages: pages)
        } catch {
            log.warning("no status is shown", metadata: ["SOCKET": "\(path)", "ERROR": "\(error.advised)"])
            return nil
        }
    }

    private static func statusPath(besides socket: String) -> String {
        (socket.hasSuffix(".sock") ? String(socket.dropLast(".sock".count)) : socket) + ".status"
    }
}

extension FastCGIError {
    /// What went wrong, and what to do about it.
    var advised: String {
        switch code {
        case .socketInUse: "\(description): stop it or give another --socket"
        case .notASocket: "\(description): remove it or give another --socket"
        case .pathTooLong: "\(description): give a shorter --socket"
        case .noThread: "\(description): lower worker.threads or raise the limit of threads"
        case .system: description
        }
    }
}
