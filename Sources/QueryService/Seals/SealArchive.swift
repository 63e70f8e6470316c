internal import Evidence
internal import Files
internal import Synchronization

/// The seals of a folder as a worker has them: read anew when the checkpoint is another. For many threads.
package final class SealArchive: Sendable {
    private struct Known {
        let stamp: LocalFile.Stamp
        let contents: SealFolder.Contents
    }

    private let folder: SealFolder
    private let known = Mutex<Known?>(nil)

    /// An archive of a folder, which may be there later.
    package init(_ folder: SealFolder) {
        self.folder = folder
    }

    /// What the folder says, whole in itself.
    ///
    /// - Throws: as ``SealFolder/contents(by:)``.
    func contents(by hasher: TreeHasher) throws(FileError) -> SealFolder.Contents {
        try known.withLock { known throws(FileError) in
            let stamp = LocalFile.stamp(folder.checkpointPath)
            if let known, known.stamp == stamp { return known.contents }
            let contents = try folder.contents(by: hasher)
            known = stamp.map { Known(stamp: $0, contents: contents) }
            return contents
        }
    }

    /// The day in short that a seal was made of; nil where it was not kept.
    func outline(of index: Int, _ seal: DaySeal, by hasher: TreeHasher) -> DayOutline? {
        folder.outline(of: index, seal, by: hasher)
    }
}
