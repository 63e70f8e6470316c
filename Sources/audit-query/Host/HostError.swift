import Glibc

/// Why something could not be done to this host.
struct HostError: Error, CustomStringConvertible {
    /// What is wrong, where, and what to do about it.
    let description: String
    /// What the program exits with.
    let status: ExitStatus

    init(_ description: String, _ status: ExitStatus = .partial) {
        self.description = description
        self.status = status
    }

    /// Of a system call that has just failed: `errno` is read here, so nothing may run in between.
    static func system(_ path: String) -> HostError { system(path, errno) }

    /// Of a system call that failed with an `errno`.
    static func system(_ path: String, _ code: Int32) -> HostError {
        HostError("\(path): \(String(cString: strerror(code)))")
    }
}
