internal import Files
internal import Glibc

/// A file to which whole lines are added: one that could not be written whole is taken back, and what a process that died has left of
/// one is cut off.
final class LineFile {
    private let path: String
    private let descriptor: Int32
    /// In whole lines.
    private(set) var byteCount: Int

    init(_ path: String) throws(LineFileError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK, 0o640)
        guard descriptor >= 0 else { throw .system(path) }
        var status = stat()
        do throws(LineFileError) {
            guard fstat(descriptor, &status) == 0 else { throw .system(path) }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw LineFileError("\(path): is no regular file", isFull: false)
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                throw LineFileError("\(path): another process writes into it", isFull: false)
            }
            byteCount = try Self.wholeLines(descriptor, Int(status.st_size), path)
            guard ftruncate(descriptor, off_t(byteCount)) == 0 else { throw .system(path) }
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// The bytes up to the last line's end.
    private static func wholeLines(_ descriptor: Int32, _ size: Int, _ path: String) throws(LineFileError)
        -> Int
    {
        var end = size
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while end > 0 {
            let start = max(0, end - chunk.count)
            let count = pread(descriptor, &chunk, end - start, off_t(start))
            if count < 0 && errno == EINTR { continue }
            guard count == end - start else { throw .system(path) }
            if let place = chunk[..<count].lastIndex(of: 0x0A) { return start + place + 1 }
            end = start
        }
        return 0
    }

    /// Whether its path still names it, and it has what whole lines were added up to, no more and no less. Else somebody has moved it
    /// away, removed, replaced, emptied or written to it, and what is added may be nowhere soon.
    var isInPlace: Bool {
        var (mine, named) = (stat(), stat())
        guard fstat(descriptor, &mine) == 0, lstat(path, &named) == 0 else { return false }
        return mine.st_dev == named.st_dev && mine.st_ino == named.st_ino && mine.st_size == off_t(byteCount)
    }

    /// How many lines it has. Reads all of it: some 0.1 s for 256 MiB.
    func lineCount() throws(LineFileError) -> Int {
        var (count, place) = (0, 0)
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while place < byteCount {
            let read = pread(descriptor, &chunk, min(chunk.count, byteCount - place), off_t(place))
            if read < 0 && errno == EINTR { continue }
            guard read > 0 else { throw .system(path) }
            for byte in chunk[..<read] where byte == 0x0A { count += 1 }
            place += read
        }
        return count
    }

    /// Adds whole lines.
    ///
    /// - Throws: that they could not be written; none of them is there then.
    func append(_ lines: borrowing [UInt8]) throws(LineFileError) {
        var done = 0
        while done < lines.count {
            let count = lines.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(byteCount + done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let error = LineFileError.system(path)
                ftruncate(descriptor, off_t(byteCount))
                throw error
            }
            done += count
        }
        byteCount += done
    }

    /// Returns when all of it is on the disk.
    func sync() throws(LineFileError) {
        guard fdatasync(descriptor) == 0 else { throw .system(path) }
    }

    /// Gives it another name in its folder, for good.
    func rename(to other: String) throws(LineFileError) {
        guard fsync(descriptor) == 0, Glibc.rename(path, other) == 0 else { throw .system(path) }
        LocalFile.syncFolder(of: path)
    }
}

/// Why lines cannot be written.
struct LineFileError: Error, CustomStringConvertible {
    let description: String
    /// Whether there was no room: there may be some again.
    let isFull: Bool

    init(_ description: String, isFull: Bool) {
        (self.description, self.isFull) = (description, isFull)
    }

    /// Of a system call that has just failed.
    static func system(_ path: String) -> LineFileError {
        let code = errno
        return LineFileError(
            "\(path): \(String(cString: strerror(code)))",
            isFull: code == ENOSPC || code == EDQUOT || code == EFBIG)
    }
}
