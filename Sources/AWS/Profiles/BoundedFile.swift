internal import Glibc

/// A small file, read whole.
enum BoundedFile {
    struct Failure: Error {
        let isMissing: Bool
        /// What is wrong, without the path.
        let reason: String
    }

    static let limit = 1 << 20

    /// The text of a regular file of at most 1 MiB, which others may write meanwhile. What else stands at the path is refused
    /// and never waited for, but the null device, which is an empty file.
    static func text(_ path: String) throws(Failure) -> String {
        // Without O_NONBLOCK, opening a FIFO waits until somebody writes into it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw systemFailure() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw systemFailure() }
        if let kind = otherKind(status) { throw Failure(isMissing: false, reason: kind) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw systemFailure() }
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else {
                throw Failure(isMissing: false, reason: "is larger than 1 MiB")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(isMissing: false, reason: "is not valid UTF-8")
        }
        return text
    }

    /// What stands there in place of a regular file; nil when one does, or the null device.
    private static func otherKind(_ status: stat) -> String? {
        switch status.st_mode & S_IFMT {
        case S_IFREG: nil
        // Number 3 of the memory devices is /dev/null, under any name.
        case S_IFCHR where status.st_rdev == 1 << 8 | 3: nil
        case S_IFDIR: "Is a directory"
        default: "is no regular file"
        }
    }

    private static func systemFailure() -> Failure {
        let code = errno
        return Failure(isMissing: code == ENOENT || code == ENOTDIR, reason: String(cString: strerror(code)))
    }
}
