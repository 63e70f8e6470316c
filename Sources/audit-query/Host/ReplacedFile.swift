import Files
import Glibc

/// A small file of a host's that is replaced whole and can be had back. Until the change is settled the one of before is beside
/// it, under its name and `.before`: putting it back is a rename, which needs no room on the disk.
struct ReplacedFile {
    let path: String
    /// Whether nothing was there before.
    private let isNew: Bool
    private var before: String { "\(path).before" }

    /// A file as it is now: to be made before anything of the change is.
    init(_ path: String) {
        self.path = path
        isNew = !Self.isThere(path)
    }

    /// Keeps the one of before, for whoever replaces the file.
    func keep() throws(HostError) {
        unlink(before)
        guard isNew || link(path, before) == 0 else { throw .system(before) }
    }

    /// Replaces it, in one step and for good. Owner and group are those that a new file gets in its folder.
    func write(_ text: String, mode: mode_t = 0o644) throws(HostError) {
        let next = "\(path).new"
        // Of a change that was cut off, by a power cut say.
        unlink(next)
        unlink(before)
        do throws(HostError) {
            try Self.make(next, Array(text.utf8), mode)
            try keep()
            guard rename(next, path) == 0 else { throw .system(path) }
        } catch {
            unlink(next)
            throw error
        }
    }

    /// Puts back what was there before the change, however far that came.
    func takeBack() throws(HostError) {
        if Self.isThere(before) {
            guard rename(before, path) == 0 else { throw .system(path) }
        } else if isNew {
            guard unlink(path) == 0 || errno == ENOENT else { throw .system(path) }
        }
    }

    /// The change stays.
    func settle() { unlink(before) }

    /// Whether something stands at a path, be it a link to nothing.
    static func isThere(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    private static func make(_ path: String, _ bytes: [UInt8], _ mode: mode_t) throws(HostError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system(path) }
        defer { close(descriptor) }
        if let code = writeAll(bytes, to: descriptor) { throw .system(path, code) }
        // The creation mode was cut by the umask.
        guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else { throw .system(path) }
    }
}
