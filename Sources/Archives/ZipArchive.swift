internal import Glibc
package import Gzip

/// A zip archive: its list of files, one after the other, and the content of each. Memory does not grow with the list, nor
/// with the files.
package final class ZipArchive {
    private let file: RandomAccessFile
    private var list: ZipList

    /// Opens a file that begins as a zip archive does; nil of any other. Nothing else than a regular file is opened.
    ///
    /// - Throws: when it cannot be read, or has no list of files.
    package init?(path: String) throws(GzipError) {
        guard let file = try RandomAccessFile(path: path),
            Self.isBeginning(try file.bytes(at: 0, count: 4, orFewer: true))
        else { return nil }
        self.file = file
        list = try ZipList(file)
    }

    /// The archive's size in bytes.
    package var size: Int64 { Int64(file.size) }

    /// The next file of the list; nil behind the last one.
    ///
    /// - Throws: when the list is damaged: then what comes behind is not known.
    package func next() throws(GzipError) -> ZipEntry? { try list.next(file) }

    /// The content of a file of this archive.
    ///
    /// - Parameters:
    ///   - entry: one that ``next()`` gave.
    ///   - name: what errors call it.
    /// - Returns: its bytes before compression, from the first on.
    /// - Throws: when it is encrypted, or compressed in a way that is not read, or is not where the list says.
    package func content(of entry: ZipEntry, name: String) throws(GzipError) -> any ByteInput {
        try ZipContent(entry, in: file, name: name)
    }

    /// Whether a source begins as an archive does: with a file's header, or the end of an empty list.
    static func isBeginning(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6])
    }
}

/// A regular file that is read here and there.
final class RandomAccessFile {
    let name: String
    let size: UInt64
    private let descriptor: Int32

    /// Nil where there is no regular file, of which others tell why.
    init?(path: String) throws(GzipError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        name = path
        size = UInt64(status.st_size)
    }

    deinit { close(descriptor) }

    /// The bytes at a place: so many, or what there is.
    func bytes(at offset: UInt64, count: Int, orFewer: Bool = false) throws(GzipError) -> [UInt8] {
        guard offset <= size else {
            throw fault(.truncated, offset, "the file ends where its list says that more is")
        }
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let (found, code) = bytes.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                let found = pread(descriptor, rest.baseAddress, rest.count, Int(offset) + filled)
                return (found, errno)
            }
            if found < 0, code == EINTR { continue }
            guard found >= 0 else {
                let reason = String(cString: strerror(code))
                throw GzipError(
                    .io, name: name, offset: Int64(offset), reason: reason, errorNumber: code)
            }
            guard found > 0 else {
                if orFewer { break }
                throw fault(.truncated, offset, "the file ends where its list says that more is")
            }
            filled += found
        }
        return Array(bytes.prefix(filled))
    }

    /// What is wrong with the archive.
    func fault(_ code: GzipError.Code, _ offset: UInt64, _ reason: String) -> GzipError {
        GzipError(code, format: "zip", name: name, offset: Int64(clamping: offset), reason: reason)
    }
}
