internal import Glibc

extension LocalFile {
    /// Cuts a file off at a length and puts bytes behind that; it is made where there is none. All of it is on the disk when this
    /// returns. Whoever reads meanwhile sees some of the bytes.
    package static func append(
        _ bytes: [UInt8], to path: String, at length: Int, mode: UInt32
    ) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system(path) }
        defer { close(descriptor) }
        guard ftruncate(descriptor, length) == 0, lseek(descriptor, 0, SEEK_END) == length else {
            throw .system(path)
        }
        if let code = writeAll(bytes, to: descriptor) { throw .system(path, code) }
        guard fsync(descriptor) == 0 else { throw .system(path) }
    }

    /// Makes a folder if there is none at the path, in one that there is.
    package static func createFolder(_ path: String, mode: UInt32) throws(FileError) {
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw .system(path) }
    }

    /// Runs `body` if no other process holds the lock file, which is made if need be and stays; returns nil if one does.
    package static func withLockIfFree<Value>(_ path: String, _ body: () throws -> Value) throws
        -> Value?
    {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError.system(path) }
        // Closing gives the lock back.
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
        return try body()
    }
}
