import AuditRecords
import Evidence
import Files
import QueryService

/// The folder of holds: each a file, and beside it what lifts it. None is ever taken away by this program.
struct HoldFolder {
    let path: String

    /// A hold, and what lifts it; nil where nobody wants to.
    struct Entry {
        let hold: Hold
        let lifting: HoldLifting?

        /// Whether it still holds.
        func isInForce(_ operators: [VerifierKey]) throws(NoteFault) -> Bool {
            guard let lifting else { return true }
            return try !lifting.lifts(hold, operators)
        }
    }

    private static let mode: UInt32 = 0o640
    private static let (holdEnding, liftEnding, lockName) = (".hold", ".lift", "lock")

    private var lock: String { "\(path)/\(Self.lockName)" }

    private func holdPath(_ id: String) -> String { "\(path)/\(id)\(Self.holdEnding)" }

    /// Where what lifts a hold is kept.
    func liftPath(_ id: String) -> String { "\(path)/\(id)\(Self.liftEnding)" }

    /// All holds, the first first.
    ///
    /// - Throws: also where a file is no hold: what it held is not known, and so nothing may be deleted.
    func entries() throws(FileError) -> [Entry] {
        guard LocalFile.stamp(path) != nil else { return [] }
        var entries: [Entry] = []
        var walk = FolderWalk(path) { _ in nil }
        while let item = walk.next() {
            switch item {
            case .file(let file):
                if file.hasSuffix(Self.holdEnding) { entries.append(try entry(file)) }
            case .passedOver(let file, let reason):
                throw FileError(file, "cannot be read as a hold: \(reason)")
            case .unreadable(let error): throw error
            }
        }
        return entries.sorted { ($0.hold.placed, $0.hold.id) < ($1.hold.placed, $1.hold.id) }
    }

    private func entry(_ file: String) throws(FileError) -> Entry {
        let bytes = try LocalFile.read(file, limit: Hold.maximumByteCount)
        let hold: Hold
        do throws(NoteFault) {
            hold = try Hold(bytes)
        } catch {
            throw FileError(file, "\(error): put it back from a copy; nothing is deleted until then")
        }
        guard file == holdPath(hold.id) else {
            throw FileError(file, "is the hold \(hold.id): it was changed or renamed")
        }
        return Entry(hold: hold, lifting: try lifting(hold.id))
    }

    /// What lifts a hold; nil where nobody has begun to.
    private func lifting(_ id: String) throws(FileError) -> HoldLifting? {
        let file = liftPath(id)
        guard LocalFile.stamp(file) != nil else { return nil }
        let bytes = try LocalFile.read(file, limit: SignedNote.maximumByteCount)
        do throws(NoteFault) {
            return try HoldLifting(SignedNote(bytes))
        } catch {
            throw FileError(file, "\(error)")
        }
    }

    /// Those that hold.
    func inForce(_ operators: [VerifierKey]) throws(FileError) -> [Hold] {
        var holds: [Hold] = []
        for entry in try entries() {
            do throws(NoteFault) {
                if try entry.isInForce(operators) { holds.append(entry.hold) }
            } catch {
                throw FileError(liftPath(entry.hold.id), "\(error)")
            }
        }
        return holds
    }

    /// Keeps a hold.
    func add(_ hold: Hold) throws {
        try alone { try LocalFile.replace(holdPath(hold.id), with: hold.text, mode: Self.mode) }
    }

    /// Keeps what lifts a hold.
    func keep(_ lifting: HoldLifting, of hold: Hold) throws(FileError) {
        try LocalFile.replace(liftPath(hold.id), with: lifting.note.bytes, mode: Self.mode)
    }

    private func make() throws(FileError) {
        do throws(FileError) {
            try LocalFile.createFolder(path, mode: 0o750)
        } catch {
            guard error.isMissing else { throw error }
            throw FileError(
                path, "there is no folder to make it in: make that, or name another one by retain.folder",
                .missing)
        }
    }

    /// What whoever deletes holds where no day is sealed.
    func deletionLock() throws(FileError) -> String {
        try make()
        return "\(path)/deleting"
    }

    /// Runs a body while nobody places or lifts a hold: whoever does waits.
    func alone<Value>(_ body: () throws -> Value) throws -> Value {
        try make()
        return try LocalFile.withLock(lock, body)
    }
}
