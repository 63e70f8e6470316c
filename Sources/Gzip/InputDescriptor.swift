import Glibc

/// A file descriptor that is read from its present position to its end; closed here when it was
/// opened here.
package final class InputDescriptor: ByteInput {
    /// What errors call it: a file's path.
    package let name: String
    private let descriptor: Int32
    private let isOwned: Bool

    /// Opens a file; it is closed with this.
    package init(path: String) throws(GzipError) {
        guard !path.utf8.contains(0) else {
            throw GzipError(.io, name: path, offset: 0, reason: "a path has no NUL byte", errorNumber: EINVAL)
        }
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw Self.failure(errno, name: path, offset: 0) }
        self.name = path
        self.descriptor = opened
        self.isOwned = true
    }

    /// An open descriptor, such as 0 for standard input; it stays open.
    package init(borrowing descriptor: Int32, name: String) {
        self.name = name
        self.descriptor = descriptor
        self.isOwned = false
    }

    deinit {
        guard isOwned else { return }
        // close(2) of a descriptor that was only read loses nothing, whatever it answers; but one
        // that is not open any more was closed by someone else, who may close the next one too.
        let result = close(descriptor)
        precondition(result == 0 || errno != EBADF, "descriptor of \(name) was closed by another owner")
    }

    /// The size in bytes of a regular file, nil for a pipe, a terminal or a device.
    package var size: Int64? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(status.st_size)
    }

    /// Reads at least one byte, or none at the end. Blocks; a signal does not end the wait.
    package func read(into buffer: UnsafeMutableRawBufferPointer, offset: Int64) throws(GzipError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: waitUntilReadable()
            case let code: throw Self.failure(code, name: name, offset: offset)
            }
        }
    }

    /// Whether something can be read, or the end is there, within so many milliseconds.
    package static func isReadable(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // A signal ends the wait: then nothing is known, and whoever reads waits there.
        return poll(&entry, 1, milliseconds) != 0
    }

    /// Whoever shares standard input may have made it non-blocking.
    private func waitUntilReadable() {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, -1)
    }

    private static func failure(_ code: Int32, name: String, offset: Int64) -> GzipError {
        GzipError(.io, name: name, offset: offset, reason: String(cString: strerror(code)), errorNumber: code)
    }
}
