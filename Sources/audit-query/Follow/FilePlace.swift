import Cryptography
import Glibc

/// Where reading of a file stands: enough to know the file again, also under another name, and a copy of it.
struct FilePlace: Codable, Equatable {
    /// So many bytes before the place are compared: more than lines have that say nearly the same.
    static let tailByteCount = 4096

    var device: UInt64
    var inode: UInt64
    /// What stands before it need not be read again.
    var offset: Int64
    /// The SHA-256 of the last bytes before it, at most ``tailByteCount``.
    var tail: String
    /// So many lines stand before it.
    var lines: Int
    /// When the file was last seen to change, in nanoseconds since 1970.
    var modified: Int64
    /// Whether it was read to its end, under another name.
    var isDone = false

    /// What stands for the bytes before a place.
    static func digest(_ tail: [UInt8]) -> String { Digest(of: tail).hexadecimal }

    /// Of no file yet, before all that change from a moment on.
    static func beforeAll(_ modified: Int64) -> FilePlace {
        FilePlace(device: 0, inode: 0, offset: 0, tail: digest([]), lines: 0, modified: modified)
    }

    /// This moment, in nanoseconds since 1970.
    static var now: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }

    /// Whether a file goes on where this place is: by its bytes, whatever it is called.
    func isIn(_ file: OpenFile) -> Bool {
        guard let status = file.status, status.size >= offset else { return false }
        return Self.digest(file.bytes(before: offset, atMost: Self.tailByteCount)) == tail
    }
}

/// A regular file that is open for reading.
final class OpenFile {
    struct Status {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let modified: Int64
    }

    let path: String
    private let descriptor: Int32

    /// Nil where there is no regular file, or it must not be read: `errno` says why.
    init?(_ path: String) {
        // Without O_NONBLOCK, opening a FIFO waits until somebody writes into it.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        self.path = path
        guard status != nil else {
            errno = EINVAL
            return nil
        }
    }

    deinit { close(descriptor) }

    /// How it is now; nil of what is no regular file.
    var status: Status? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        return Status(status)
    }

    /// How the file at a path is; nil where there is none.
    static func status(_ path: String) -> Status? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Status(status)
    }

    /// Some bytes from a place on; none at the end.
    func bytes(at offset: Int64, count: Int) throws(FollowError) -> [UInt8] {
        while true {
            var code: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                let found = pread(descriptor, buffer.baseAddress, count, Int(offset))
                code = found < 0 ? errno : 0
                filled = max(0, found)
            }
            guard code != 0 else { return bytes }
            guard code == EINTR else { throw FollowError("\(path): \(String(cString: strerror(code)))") }
        }
    }

    /// The last bytes before a place; fewer where that is near the beginning.
    func bytes(before offset: Int64, atMost count: Int) -> [UInt8] {
        let count = Int(min(Int64(count), offset))
        return (try? bytes(at: offset - Int64(count), count: count)) ?? []
    }
}

extension OpenFile.Status {
    fileprivate init?(_ status: stat) {
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
            modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
    }
}

/// Why files are not followed any more.
struct FollowError: Error, CustomStringConvertible {
    let description: String
    /// ``ExitStatus/usage`` where it would be the same again, whatever happens to the files.
    let status: ExitStatus

    init(_ description: String, _ status: ExitStatus = .badInput) {
        (self.description, self.status) = (description, status)
    }
}
