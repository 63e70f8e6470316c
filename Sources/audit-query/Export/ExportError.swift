import Glibc

/// Why an export does not begin, or breaks off.
struct ExportError: Error, CustomStringConvertible {
    /// What is wrong, where, and what to do.
    let description: String
    let status: ExitStatus

    init(_ description: String, _ status: ExitStatus) {
        (self.description, self.status) = (description, status)
    }

    /// Of a system call that has just failed, or failed with an `errno`.
    static func system(_ path: String, _ code: Int32 = errno) -> ExportError {
        let isOfDisk = [ENOSPC, EDQUOT, EIO, EFBIG, EROFS].contains(code)
        return ExportError(
            "\(path.printable): \(String(cString: strerror(code)))", isOfDisk ? .outputLost : .notPermitted)
    }
}
