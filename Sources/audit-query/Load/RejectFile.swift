import QueryService
import Glibc

/// The file of lines that a load leaves out, each as it came: they can be mended and loaded. Lines are added to what is in it;
/// one that a load refused just before it broke off is there twice when it is gone on with.
final class RejectFile {
    /// The file.
    let path: String
    private let descriptor: Int32
    /// The bytes of whole lines; nil where the file cannot be cut, as a pipe.
    private var wholeLines: Int?
    private var isInsideLine = false
    /// Lines that were added.
    private(set) var lineCount = 0

    /// Opens the file, or makes it: for its owner and group, as the store's is.
    ///
    /// - Throws: ``RejectFileError``.
    init(path: String) throws(RejectFileError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0o640)
        guard descriptor >= 0 else { throw RejectFileError(path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw RejectFileError(path) }
        wholeLines = status.st_mode & S_IFMT == S_IFREG ? status.st_size : nil
        // What somebody else has begun is no part of the first line.
        var last: UInt8 = UInt8(ascii: "\n")
        if status.st_size > 0, pread(descriptor, &last, 1, status.st_size - 1) == 1,
            last != UInt8(ascii: "\n")
        {
            try write([UInt8(ascii: "\n")])
        }
    }

    deinit { close(descriptor) }

    /// Whether a file to load is this one: reading it would never end.
    func isSame(as file: String) -> Bool {
        var (mine, other) = (stat(), stat())
        return fstat(descriptor, &mine) == 0 && stat(file, &other) == 0 && mine.st_dev == other.st_dev
            && mine.st_ino == other.st_ino && mine.st_mode & S_IFMT == S_IFREG
    }

    /// Adds some bytes of a line whose end is still to come.
    func append(part bytes: [UInt8]) throws(RejectFileError) {
        isInsideLine = true
        try write(bytes)
    }

    /// Adds a line, or ends the one whose parts these were.
    func append(line bytes: [UInt8]?) throws(RejectFileError) {
        guard bytes != nil || isInsideLine else { return }
        isInsideLine = false
        lineCount += 1
        try write((bytes ?? []) + [UInt8(ascii: "\n")])
    }

    /// Sees to it that all lines are where they stay.
    func finish() throws(RejectFileError) {
        guard wholeLines == nil || fsync(descriptor) == 0 else { throw RejectFileError(path) }
    }

    private func write(_ bytes: [UInt8]) throws(RejectFileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let error = RejectFileError(path)
                // A half of a line would look like a whole one.
                if let wholeLines { ftruncate(descriptor, wholeLines) }
                throw error
            }
            rest = rest.dropFirst(count)
        }
        guard let length = wholeLines, !isInsideLine else { return }
        var status = stat()
        wholeLines = fstat(descriptor, &status) == 0 ? status.st_size : length
    }
}

/// Why lines that are left out cannot be kept.
struct RejectFileError: Error, CustomStringConvertible {
    let description: String

    /// Of a system call that has just failed.
    fileprivate init(_ path: String) {
        description = "\(path): \(String(cString: strerror(errno))): what is left out cannot be kept there"
    }

    init(sameAs path: String) {
        description = "\(path): is to be loaded, and cannot be where refused lines go as well"
    }
}
