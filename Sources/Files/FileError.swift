internal import Glibc

/// A file could not be read or written.
package struct FileError: Error, CustomStringConvertible {
    /// The file.
    package let path: String
    /// What is wrong with which file, and what to do if that is not plain.
    package let description: String
    /// What kind of fault it is.
    package let cause: Cause

    /// The kinds of fault that a file can have.
    package enum Cause: Sendable {
        /// There is no such file.
        case missing
        /// The system does not let it be read or written.
        case refused
        /// It can be read, and what is in it is wrong or not what was looked for.
        case content
    }

    /// Whether there is no such file.
    package var isMissing: Bool { cause == .missing }

    /// A fault of a file. `detail` says what is wrong, without the path.
    package init(_ path: String, _ detail: String, _ cause: Cause = .content) {
        self.path = path
        description = "\(path): \(detail)"
        self.cause = cause
    }

    /// Of a system call that has just failed: `errno` is read here, so nothing may run in between.
    package static func system(_ path: String) -> FileError { system(path, errno) }

    /// Of a system call that failed with an `errno`.
    static func system(_ path: String, _ code: Int32) -> FileError {
        let isMissing = code == ENOENT || code == ENOTDIR
        return FileError(path, String(cString: strerror(code)), isMissing ? .missing : .refused)
    }
}
