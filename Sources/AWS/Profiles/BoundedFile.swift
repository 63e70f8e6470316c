internal import Glibc

/// A small file, read whole.
enum BoundedFile {
    struct Failure: Error {
        let isMissing: Bool
        /// What is wrong, without the path.
        let reason: String
    }

    static let limit = 1 << 20

    /// The text of a file of at most 1 MiB, which others may write meanwhile.
    static func text(_ path: String) throws(Failure) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemFailure() }
        defer { close(descriptor) }
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

    private static func systemFailure() -> Failure {
        let code = errno
        return Failure(isMissing: code == ENOENT || code == ENOTDIR, reason: String(cString: strerror(code)))
    }
}
