internal import Glibc

/// A file could not be read or written.
public struct FileError: Error, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is wrong with which file, and what to do if that is not plain.
    public let description: String
    /// Whether there is no such file.
    public let isMissing: Bool

    init(_ path: String, _ detail: String, isMissing: Bool = false) {
        self.path = path
        description = "\(path): \(detail)"
        self.isMissing = isMissing
    }

    /// Of a system call that has just failed: `errno` is read here, so nothing may run in between.
    static func system(_ path: String) -> FileError {
        let code = errno
        return FileError(path, String(cString: strerror(code)), isMissing: code == ENOENT)
    }
}
