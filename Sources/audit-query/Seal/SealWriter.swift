import AuditRecords
import Cryptography
import Evidence
import Files
import QueryService

/// Puts seals into a folder. Whatever stops it, what was vouched for stays, and what was not is done again.
struct SealWriter {
    private let folder: SealFolder
    private let key: SigningKey
    private let hasher: TreeHasher
    private let time: TimeSource
    /// What is there, with what has been appended since.
    private(set) var log: SealLog
    /// The bytes of the file that are vouched for.
    private var length: Int
    private var pending: [UInt8] = []
    private var committed: ContinuousClock.Instant

    /// Seals are vouched for so often, and before so many bytes of them wait.
    private static let (interval, mostPending) = (Duration.seconds(1), 1 << 20)
    private static let mode: UInt32 = 0o640

    /// Opens a folder, or begins one that is empty. The log's name is the key's.
    init(_ folder: SealFolder, key: SigningKey, by hasher: TreeHasher, time: TimeSource) throws {
        (self.folder, self.key, self.hasher, self.time) = (folder, key, hasher, time)
        committed = time.steady()
        try LocalFile.createFolder(folder.outlinesPath, mode: 0o750)
        if let contents = try Self.contents(of: folder, by: hasher) {
            (log, length) = (contents.log, contents.logByteCount)
            try Self.check(contents, key, folder)
        } else {
            (log, length) = (SealLog(), 0)
            try LocalFile.append([], to: folder.logPath, at: 0, mode: Self.mode)
            try sign()
        }
    }

    /// Nil where nothing has been sealed yet.
    private static func contents(
        of folder: SealFolder, by hasher: TreeHasher
    ) throws(FileError) -> SealFolder.Contents? {
        let hasCheckpoint = LocalFile.stamp(folder.checkpointPath) != nil
        let hasSeals = (LocalFile.stamp(folder.logPath)?.size ?? 0) > 0
        guard hasCheckpoint || hasSeals else { return nil }
        guard hasCheckpoint, LocalFile.stamp(folder.logPath) != nil else {
            throw FileError(
                folder.path,
                "has a log of seals without its checkpoint, or a checkpoint without its log: somebody took it away. "
                    + "Put it back from a copy; nothing is sealed until then")
        }
        return try folder.contents(by: hasher)
    }

    private static func check(
        _ contents: SealFolder.Contents, _ key: SigningKey, _ folder: SealFolder
    ) throws(FileError) {
        guard contents.note.verdict(of: key.verifier) == .signed(time: nil) else {
            throw FileError(
                folder.checkpointPath,
                "is not signed by the key \(key.verifier): give the one that signed it (seal.key-file)")
        }
        guard contents.checkpoint.origin == key.verifier.name else {
            throw FileError(
                folder.checkpointPath,
                "is of the log \(contents.checkpoint.origin), and the key is of \(key.verifier.name)")
        }
    }

    /// Puts a seal behind the others, with its day in short, and vouches for it soon.
    mutating func append(_ seal: DaySeal, _ outline: DayOutline) throws {
        try LocalFile.replace(
            folder.outlinePath(of: log.seals.count), with: outline.bytes, mode: Self.mode)
        try log.append(seal, by: hasher)
        pending += seal.line + [UInt8(ascii: "\n")]
        if pending.count >= Self.mostPending || time.steady() - committed >= Self.interval {
            try commit()
        }
    }

    /// Vouches for all that was appended.
    mutating func commit() throws {
        guard !pending.isEmpty else { return }
        try LocalFile.append(pending, to: folder.logPath, at: length, mode: Self.mode)
        try sign()
        length += pending.count
        pending = []
        committed = time.steady()
    }

    private func sign() throws {
        let checkpoint = log.checkpoint(origin: key.verifier.name, by: hasher)
        var note = try SignedNote(text: checkpoint.text)
        try note.sign(with: key, at: UInt64(max(0, time.wall().seconds)))
        try LocalFile.replace(folder.checkpointPath, with: note.bytes, mode: Self.mode)
    }
}
