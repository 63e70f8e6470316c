internal import Glibc

/// Small files that are read and written whole.
package enum LocalFile {
    /// What tells one state of a file from another.
    package struct Stamp: Equatable {
        /// The file system that it is on.
        package let device: UInt
        /// Its number there: another file in its place has another one.
        package let inode: UInt
        /// In bytes.
        package let size: Int
        let changed: Int
        let nanoseconds: Int

        /// When it was last written, in seconds since 1970.
        package var seconds: Int64 { Int64(changed) }
    }

    /// The state of a file, nil when it is not there.
    package static func stamp(_ path: String) -> Stamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Stamp(
            device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size),
            changed: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }

    /// Makes an empty file if there is none at the path.
    package static func create(_ path: String, mode: UInt32) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system(path) }
        close(descriptor)
    }

    /// All bytes of a regular file, of which there may be at most `limit`. What else stands at the path is refused and never
    /// waited for, but the null device, which is an empty file.
    package static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let tooLarge = FileError(path, "is larger than \(limit) bytes")
        // Without O_NONBLOCK, opening a FIFO waits until somebody writes into it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .system(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(path) }
        if let kind = status.otherKind {
            throw FileError(path, "is \(kind), where a regular file is needed")
        }
        guard status.st_size <= limit else { throw tooLarge }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size))
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(path) }
            guard count > 0 else { return bytes }
            // It may grow while it is read.
            guard bytes.count + count <= limit else { throw tooLarge }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// Where a file stands that may be named by way of symbolic links, absolute or relative, its own or its folders'. One
    /// that is not there yet stands in its folder.
    ///
    /// - Throws: when the name is a link to a file that is not there, which nobody meant to make.
    package static func resolved(_ path: String) throws(FileError) -> String {
        if let place = realpath(path) { return place }
        guard errno == ENOENT else { throw .system(path) }
        var status = stat()
        guard lstat(path, &status) != 0 else {
            throw FileError(
                path, "is a symbolic link to a file that is not there: mend the link, or remove it")
        }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? "."
        guard let place = realpath(folder) else { throw .system(folder) }
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        return place == "/" ? "/\(name)" : "\(place)/\(name)"
    }

    /// Replaces a file in one step: whoever reads it sees all of the old or all of the new, also after a
    /// power cut. The new file has `mode` and, where there was one before, its owner and group. A symbolic link would be
    /// replaced itself: see ``resolved(_:)``.
    package static func replace(_ path: String, with bytes: [UInt8], mode: UInt32) throws(FileError) {
        var old = stat()
        let isThere = lstat(path, &old) == 0
        guard !isThere || old.st_nlink == 1 else {
            throw FileError(
                path,
                "has \(old.st_nlink) names (hard links), and the others would keep the old content: leave it "
                    + "one name, and make symbolic links of the others")
        }
        let temporary = "\(path).new-\(getpid())"
        // One of a process that died is in the way of the next process with its number.
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system(temporary) }
        do throws(FileError) {
            if let code = writeAll(bytes, to: descriptor) { throw .system(temporary, code) }
            // The creation mode was cut by the umask.
            guard fchmod(descriptor, mode) == 0 else { throw .system(temporary) }
            if isThere, old.st_uid != getuid() || old.st_gid != getgid() {
                guard fchown(descriptor, old.st_uid, old.st_gid) == 0 else { throw .system(temporary) }
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
    package static func withLock<Value, Failure: Error>(
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

    /// Returns when the names in a file's folder are on the disk, as far as the system says so.
    package static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// A path without symbolic links; nil, and `errno`, when nothing is there.
    static func realpath(_ path: String) -> String? {
        guard let place = Glibc.realpath(path, nil) else { return nil }
        defer { free(place) }
        return String(cString: place)
    }
}

/// Writes all bytes to a descriptor, however many calls that takes.
///
/// - Returns: nil, or the `errno` of the call that failed.
package func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return count < 0 ? errno : EIO }
        rest = rest.dropFirst(count)
    }
    return nil
}

extension stat {
    /// What it is instead of a regular file; nil when it is one, or the null device.
    fileprivate var otherKind: String? {
        switch st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "a directory"
        case S_IFIFO: "a FIFO"
        case S_IFSOCK: "a socket"
        // Number 3 of the memory devices: /dev/null, under any name.
        case S_IFCHR where st_rdev == 1 << 8 | 3: nil
        default: "a device"
        }
    }
}
