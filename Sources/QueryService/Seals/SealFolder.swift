package import Evidence
package import Files

/// The folder in which an installation keeps its seals. One sealer writes it; everybody else reads it, or a copy of it.
///
/// `seals.ndjson` is the log, which only ever grows. `checkpoint` vouches for its first seals and is replaced after them, so
/// whoever reads the checkpoint first finds all that it vouches for. What stands behind counts for nothing.
/// `outlines/` has days in short.
package struct SealFolder: Sendable {
    /// Where it is.
    package let path: String

    /// The most bytes of a log: some 2,000,000 seals.
    private static let mostLogBytes = 512 << 20

    /// A folder at a path.
    package init(path: String) {
        self.path = path
    }

    /// The log.
    package var logPath: String { "\(path)/seals.ndjson" }
    /// What vouches for it.
    package var checkpointPath: String { "\(path)/checkpoint" }
    /// What whoever writes there holds.
    package var lockPath: String { "\(path)/lock" }
    /// How far the sealer has come.
    package var turnPath: String { "\(path)/turn" }
    /// The days in short.
    package var outlinesPath: String { "\(path)/outlines" }

    /// The day in short that a seal of this index was made of.
    package func outlinePath(of index: Int) -> String { "\(outlinesPath)/\(index)" }

    /// What a folder says that is whole in itself: the log yields the checkpoint's root. Who signed that is another question.
    package struct Contents: Sendable {
        /// The seals that are vouched for.
        package let log: SealLog
        /// The checkpoint as it was signed.
        package var note: SignedNote
        /// What it says.
        package let checkpoint: Checkpoint
        /// The bytes of the log that they take.
        package let logByteCount: Int
    }

    /// Reads it.
    ///
    /// - Throws: ``FileError``, also where it is not whole; one that is missing where nothing was ever sealed.
    package func contents(by hasher: TreeHasher) throws(FileError) -> Contents {
        let bytes = try LocalFile.read(checkpointPath, limit: SignedNote.maximumByteCount)
        let log = try LocalFile.read(logPath, limit: Self.mostLogBytes)
        let (note, checkpoint): (SignedNote, Checkpoint)
        do throws(NoteFault) {
            note = try SignedNote(bytes)
            checkpoint = try Checkpoint(note)
        } catch {
            throw FileError(checkpointPath, "\(error)")
        }
        var end = 0
        let seals: SealLog
        do throws(NoteFault) {
            seals = try SealLog(log, size: checkpoint.size, by: hasher, end: &end)
        } catch {
            throw FileError(logPath, "\(error)")
        }
        guard seals.root(of: checkpoint.size, by: hasher) == checkpoint.root else {
            throw FileError(
                logPath, "its first \(checkpoint.size) seals are not those that \(checkpointPath) vouches for"
            )
        }
        return Contents(log: seals, note: note, checkpoint: checkpoint, logByteCount: end)
    }

    /// How far the sealer has come; nil where that is not told.
    package var turn: SealTurn? { (try? LocalFile.read(turnPath, limit: 1024)).flatMap { SealTurn($0) } }

    /// The day in short of a seal; nil where it was not kept, or is not that seal's any more.
    package func outline(of index: Int, _ seal: DaySeal, by hasher: TreeHasher) -> DayOutline? {
        guard
            let bytes = try? LocalFile.read(outlinePath(of: index), limit: DayOutline.maximumByteCount),
            let outline = DayOutline(bytes), outline.count == seal.count,
            outline.root(by: hasher) == seal.root
        else { return nil }
        return outline
    }
}
