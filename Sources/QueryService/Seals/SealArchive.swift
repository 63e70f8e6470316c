package import AuditRecords
internal import Evidence
internal import Files
internal import Synchronization

/// The seals of a folder as a worker has them: read anew when the checkpoint is another. For many threads.
package final class SealArchive: Sendable {
    private struct Known {
        let stamp: LocalFile.Stamp
        let contents: SealFolder.Contents
        let lastDay: Day?
    }

    /// So long a day is told of which records had vanished or changed.
    private static let faultSeconds: Int64 = 7 * 86_400

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
            let lastDay = contents.log.current.keys.map(\.day).max()
            known = stamp.map { Known(stamp: $0, contents: contents, lastDay: lastDay) }
            return contents
        }
    }

    /// What people and alarms are told of it; nil where it cannot be read. Looks at the seals of the last 7 days.
    package func summary(at now: Timestamp) -> SealSummary? {
        guard let log = try? contents(by: TreeHasher()).log else { return nil }
        let since = now.advanced(bySeconds: -Self.faultSeconds)
        let faults = log.seals.reversed().prefix { $0.sealed >= since }.filter { seal in
            seal.removal == nil && seal.replaces.map { !$0.difference.isOnlyLate } ?? false
        }
        return SealSummary(
            count: log.seals.count, lastDay: known.withLock { $0?.lastDay }, ended: folder.turn?.ended,
            faults: faults.count)
    }

    /// The day in short that a seal was made of; nil where it was not kept.
    func outline(of index: Int, _ seal: DaySeal, by hasher: TreeHasher) -> DayOutline? {
        folder.outline(of: index, seal, by: hasher)
    }
}
