import Cryptography
import Files
import Glibc

/// A file of an export that is being written. Until it is whole its name has a further ending.
final class PartFile {
    static let ending = ".partial"

    let path: String
    private(set) var byteCount: Int
    private let descriptor: Int32
    private let digest: RunningDigest

    /// A part from its beginning, or from where a checkpoint says that it is for sure: what lies behind that is cut off.
    ///
    /// - Parameters:
    ///   - path: where it stands when it is whole.
    ///   - kept: how many bytes of it there are, and their digest.
    ///   - whole: takes what is kept, too.
    /// - Throws: that it cannot be written, or is not as it was left.
    init(_ path: String, keeping kept: (byteCount: Int, sha256: String)? = nil, whole: RunningDigest) throws {
        self.path = path
        digest = try RunningDigest()
        byteCount = kept?.byteCount ?? 0
        let open = path + Self.ending
        // It may have got its name before the checkpoint said so.
        if kept != nil, !ReplacedFile.isThere(open), ReplacedFile.isThere(path) {
            guard rename(path, open) == 0 else { throw ExportError.system(path) }
        }
        let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (kept == nil ? O_CREAT | O_TRUNC : 0)
        descriptor = Glibc.open(open, flags, 0o640)
        guard descriptor >= 0 else { throw ExportError.system(open) }
        guard let kept else { return }
        try FileDigest.read(descriptor, open, upTo: kept.byteCount) { bytes in
            digest.update(bytes)
            whole.update(bytes)
        }
        guard try digest.value().hexadecimal == kept.sha256 else {
            throw ExportError(
                "\(open.printable): is not as this export left it: remove the folder, and begin anew",
                .badInput)
        }
        guard ftruncate(descriptor, off_t(kept.byteCount)) == 0,
            lseek(descriptor, 0, SEEK_END) == kept.byteCount
        else { throw ExportError.system(open) }
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) throws(ExportError) {
        if let code = writeAll(bytes, to: descriptor) { throw .system(path + Self.ending, code) }
        byteCount += bytes.count
        digest.update(bytes)
    }

    /// The digest of what is written.
    func sha256() throws(CryptographyError) -> String { try digest.value().hexadecimal }

    /// Returns when what is written is on the disk.
    func sync() throws(ExportError) {
        guard fdatasync(descriptor) == 0 else { throw .system(path + Self.ending) }
    }

    /// Gives it its name, once it is whole and on the disk.
    func settle() throws(ExportError) {
        guard fsync(descriptor) == 0, rename(path + Self.ending, path) == 0 else {
            throw .system(path + Self.ending)
        }
        LocalFile.syncFolder(of: path)
    }
}

/// The digest of a file of an export that is there.
enum FileDigest {
    /// The SHA-256 of a part that is whole, which `whole` takes too.
    static func sha256(_ path: String, whole: RunningDigest) throws -> (byteCount: Int, sha256: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw ExportError.system(path) }
        defer { close(descriptor) }
        let digest = try RunningDigest()
        let count = try read(descriptor, path, upTo: nil) { bytes in
            digest.update(bytes)
            whole.update(bytes)
        }
        return (count, try digest.value().hexadecimal)
    }

    /// Reads a file from its beginning, as far as is said or to its end.
    @discardableResult
    fileprivate static func read(
        _ descriptor: Int32, _ path: String, upTo limit: Int?, _ take: (ArraySlice<UInt8>) -> Void
    ) throws(ExportError) -> Int {
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        var total = 0
        while limit.map({ total < $0 }) ?? true {
            let wanted = min(chunk.count, limit.map { $0 - total } ?? chunk.count)
            let count = Glibc.read(descriptor, &chunk, wanted)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(path) }
            if count == 0 {
                guard limit == nil else {
                    throw ExportError(
                        "\(path.printable): is shorter than this export left it: remove the folder, and begin anew",
                        .badInput)
                }
                break
            }
            take(chunk[..<count])
            total += count
        }
        return total
    }
}
