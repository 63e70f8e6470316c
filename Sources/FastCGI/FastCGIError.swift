internal import Glibc

/// Why a worker cannot listen or start.
package struct FastCGIError: Error, CustomStringConvertible {
    /// What went wrong, for code that decides on it.
    package enum Code: Sendable {
        /// Another live process listens on this socket path.
        case socketInUse
        /// The path is longer than a UNIX socket's address can hold (107 bytes).
        case pathTooLong
        /// Something else than a socket stands at this path.
        case notASocket
        /// A thread could not be started.
        case noThread
        /// A system call failed.
        case system
    }

    /// What went wrong.
    package let code: Code
    /// What went wrong, and where. What to do is said by who knows where paths and numbers come from.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// Of a system call that has just failed: `errno` is read here, so nothing may run in between.
    static func system(_ call: String, _ subject: String) -> FastCGIError {
        let reason = String(cString: strerror(errno))
        return FastCGIError(.system, "\(call) \(subject): \(reason)")
    }
}
