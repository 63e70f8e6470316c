import Files
import Glibc

/// The folder of an export, which one process at a time writes into.
struct ExportFolder {
    let target: ExportTarget

    /// What there is of an export.
    enum State {
        case new
        case begun
        case complete
    }

    /// Makes the folder where it is not there, and runs a body while no other process has it.
    func alone(_ body: (State) throws -> Void) throws {
        guard mkdir(target.folder, 0o750) == 0 || errno == EEXIST else {
            throw ExportError.system(target.folder)
        }
        let descriptor = open(target.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ExportError.system(target.folder) }
        // Closing gives the lock back.
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw ExportError("\(target.folder.printable): another export writes into it", .busy)
        }
        try body(try state())
    }

    private func state() throws(ExportError) -> State {
        if ReplacedFile.isThere(target.manifest) { return .complete }
        if ReplacedFile.isThere(target.checkpoint) { return .begun }
        var walk = FolderWalk(target.folder) { _ in nil }
        while let item = walk.next() {
            guard case .file(let path) = item else { continue }
            // Of an export that ended before it had a checkpoint, or was about to get its first.
            guard path.hasSuffix(PartFile.ending) || path.hasPrefix(target.checkpoint) else {
                throw ExportError(
                    "\(target.folder.printable): has other files: give an export a folder of its own", .usage)
            }
        }
        return .new
    }
}
