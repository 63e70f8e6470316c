internal import AuditRecords
internal import Files
internal import Glibc

/// A file of lines, which gets another name when it is large or old: then whoever ships or keeps it takes it away, for nothing here
/// removes one.
final class FileEnd: FarEnd {
    /// When the file gets another name.
    struct Rotation: Sendable {
        /// Before it would have more bytes than so many.
        let bytes: Int
        /// When so many seconds are over, counted from 1970 on: 86400 is each midnight of UTC.
        let seconds: Int64

        /// One of its parts.
        init(bytes: Int, seconds: Int64) {
            (self.bytes, self.seconds) = (bytes, seconds)
        }
    }

    private let path: String
    private let rotation: Rotation
    private let now: () -> Timestamp
    private var file: LineFile?
    /// When it was last written to.
    private var written: Int64 = 0
    /// Whether all that was sent is on the disk.
    private(set) var isSettled = true
    /// What has been sent stays sent where the next batch finds no room, but not where somebody has taken the file away.
    private(set) var keepsWhatWasSent = true
    let needsEqualBatches = false
    let settleInterval = Duration.milliseconds(500)

    /// A file at a path. Opens nothing yet. `now` is the wall clock, which says what a file is called when it is done, and when.
    init(_ path: String, _ rotation: Rotation, now: @escaping () -> Timestamp) {
        (self.path, self.rotation, self.now) = (path, rotation, now)
    }

    /// The file's path.
    var name: String { "file:\(path)" }

    func send(_ batch: borrowing ForwardedBatch, _ range: Range<Int>) throws(FarEndError) {
        let lines = Array(batch.lines(range))
        keepsWhatWasSent = true
        if let file, !file.isInPlace {
            self.file = nil
            // What is on the disk for sure was there when whoever took it did so. What is not may be with nobody.
            guard isSettled else {
                keepsWhatWasSent = false
                throw .unavailable(takenAway)
            }
        }
        do throws(LineFileError) {
            let time = now()
            var file = try opened()
            let isOld = time.seconds.period(rotation.seconds) > written.period(rotation.seconds)
            if file.byteCount > 0, isOld || file.byteCount + lines.count > rotation.bytes {
                try file.rename(to: try free(time))
                self.file = nil
                file = try opened()
            }
            isSettled = false
            try file.append(lines)
            written = time.seconds
        } catch {
            throw .unavailable("\(error)")
        }
    }

    func settle() throws(FarEndError) {
        do throws(LineFileError) {
            try file?.sync()
        } catch {
            // What the system could not write is gone, and it says so only once.
            file = nil
            throw .unavailable("\(error)")
        }
        guard file?.isInPlace ?? true else {
            file = nil
            throw .unavailable(takenAway)
        }
        isSettled = true
    }

    private var takenAway: String {
        "\(path): was moved, removed or changed while it was written, and what may be lost by that is sent again"
    }

    private func opened() throws(LineFileError) -> LineFile {
        if let file { return file }
        let opened = try LineFile(path)
        LocalFile.syncFolder(of: path)
        var status = stat()
        written =
            stat(path, &status) == 0 && opened.byteCount > 0 ? Int64(status.st_mtim.tv_sec) : now().seconds
        file = opened
        return opened
    }

    /// A name that no file has: `records-20261129T184500Z.ndjson` of `records.ndjson`.
    private func free(_ time: Timestamp) throws(LineFileError) -> String {
        let text = String(
            decoding: time.text(fractionDigits: 0).filter { $0 != 0x2D && $0 != 0x3A }, as: UTF8.self)
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let dot = path[slash...].dropFirst().firstIndex(of: ".") ?? path.endIndex
        for number in 0..<1000 {
            let other = "\(path[..<dot])-\(text)\(number == 0 ? "" : ".\(number)")\(path[dot...])"
            var status = stat()
            if lstat(other, &status) != 0, errno == ENOENT { return other }
        }
        throw LineFileError("\(path): has been given a thousand names in one second", isFull: false)
    }
}

extension Int64 {
    /// Which period of so many seconds since 1970 this second is in.
    fileprivate func period(_ seconds: Int64) -> Int64 {
        self >= 0 ? self / seconds : (self - seconds + 1) / seconds
    }
}
