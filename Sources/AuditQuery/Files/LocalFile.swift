internal import Glibc

/// Small files that are read and written whole.
enum LocalFile {
    /// What tells one state of a file from another.
    struct Stamp: Equatable {
        let device: UInt
        let inode: UInt
        let size: Int
        let seconds: Int
        let nanoseconds: Int
    }

    /// The state of a file, nil when it is not there.
    static func stamp(_ path: String) -> Stamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Stamp(
            device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size),
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }

    /// The permission bits of a file, nil when it is not there.
    static func mode(_ path: String) -> UInt32? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return UInt32(status.st_mode) & 0o7777
    }

    /// Makes an empty file if there is none at the path.
    static func create(_ path: String, mode: UInt32) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system(path) }
        close(descriptor)
    }

    /// All bytes of a file, of which there may be at most `limit`.
    static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(path) }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { throw FileError(path, "is larger than \(limit) bytes") }
        }
    }

    /// Replaces a file in one step: whoever reads it sees all of the old or all of the new, also after a
    /// power cut. The new file has `mode` and, where there was one before, its owner and group.
    static func replace(_ path: String, with bytes: [UInt8], mode: UInt32) throws(FileError) {
        let temporary = "\(path).new-\(getpid())"
        // One of a process that died is in the way of the next process with its number.
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system(temporary) }
        do throws(FileError) {
            try write(bytes, to: descriptor, temporary)
            // The creation mode was cut by the umask.
            guard fchmod(descriptor, mode) == 0 else { throw .system(temporary) }
            var status = stat()
            if stat(path, &status) == 0, status.st_uid != getuid() || status.st_gid != getgid() {
                guard fchown(descriptor, status.st_uid, status.st_gid) == 0 else { throw .system(temporary) }
            }
            guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw .system(path) }
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error
        }
        close(descriptor)
        syncFolder(of: path)
    }

    /// Runs `body` while no other process holds the lock file, which is made if need be and stays.
    static func withLock<Value, Failure: Error>(
        _ path: String, _ body: () throws(Failure) -> Value
    ) throws -> Value {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError.system(path) }
        // Closing gives the lock back.
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw FileError.system(path) }
        }
        return try body()
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(FileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .system(path) }
            rest = rest.dropFirst(count)
        }
    }

    private static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
