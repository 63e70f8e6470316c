/// One of the files that a followed path is or was, and how far it is read.
struct FollowedPart {
    let file: OpenFile
    let id: Int
    /// So much was read of it.
    private(set) var offset: Int64
    private(set) var lines: Int
    /// Whether the last line that was read is too long, and its end has not come.
    private(set) var isInsideLine = false
    /// Whether the path names another file now.
    var isSuperseded: Bool
    /// Where to go on with it.
    private(set) var place: FilePlace
    /// The last bytes that were read.
    private var tail: [UInt8]
    private var status: OpenFile.Status
    private var changed = ContinuousClock.now

    /// A file from its beginning, or from a place in it that was found to be there; nil of what is no regular file.
    init?(_ file: OpenFile, id: Int, from found: FilePlace?, isSuperseded: Bool) {
        guard let status = file.status else { return nil }
        self.file = file
        self.id = id
        self.isSuperseded = isSuperseded
        self.status = status
        offset = found?.offset ?? 0
        tail = file.bytes(before: offset, atMost: FilePlace.tailByteCount)
        place = FilePlace(
            device: status.device, inode: status.inode, offset: offset, tail: FilePlace.digest(tail),
            lines: found?.lines ?? 0, modified: status.modified)
        lines = place.lines
    }

    /// Whether it is the file of this state.
    func isSame(as status: OpenFile.Status) -> Bool {
        place.device == status.device && place.inode == status.inode
    }

    /// Whether what was read of it is not there any more: it was made shorter, or empty and written to again.
    func wasCut(_ status: OpenFile.Status) -> Bool {
        if status.size < offset { return true }
        guard status.size != self.status.size || status.modified != self.status.modified else { return false }
        return file.bytes(before: offset, atMost: tail.count) != tail
    }

    /// Says that another file has taken its place.
    mutating func supersede() {
        isSuperseded = true
        changed = .now
    }

    /// Bytes that come, so many at most; none where there are none, or where the file is not what was read any more.
    func bytes(atMost count: Int) throws(FollowError) -> [UInt8] {
        // At once with those before, so that nothing is read of a file that was made empty and written to again.
        let found = try file.bytes(at: offset - Int64(tail.count), count: tail.count + count)
        return found.starts(with: tail) ? Array(found.dropFirst(tail.count)) : []
    }

    /// Passes bytes that were read.
    mutating func take(_ bytes: some Collection<UInt8>, lines: Int, isInsideLine: Bool) {
        tail = Array((tail + bytes.suffix(FilePlace.tailByteCount)).suffix(FilePlace.tailByteCount))
        offset += Int64(bytes.count)
        self.lines = lines
        self.isInsideLine = isInsideLine
        status = file.status ?? status
        changed = .now
    }

    /// Ends a last line that has no end of its own.
    mutating func endLine() { isInsideLine = false }

    /// Goes on at a place from now on.
    mutating func settle(at offset: Int64, lines: Int) {
        guard offset != place.offset else { return }
        let tail = file.bytes(before: offset, atMost: FilePlace.tailByteCount)
        // Whoever has made the file empty in this moment is met by the next look.
        guard file.bytes(before: self.offset, atMost: self.tail.count) == self.tail else { return }
        place = FilePlace(
            device: place.device, inode: place.inode, offset: offset, tail: FilePlace.digest(tail),
            lines: lines, modified: status.modified)
    }

    /// Whether nobody will write to it any more: it ends at a place, and was superseded and not written to for so long.
    func isFinished(after linger: Duration, at end: Int64) -> Bool {
        isSuperseded && changed.duration(to: .now) > linger && file.status?.size == end
    }

    /// Its place, of one that is done.
    var donePlace: FilePlace {
        var place = place
        place.isDone = true
        return place
    }

    /// Whether nothing is to be read or stored of it.
    func isDone(after linger: Duration) -> Bool {
        isFinished(after: linger, at: offset) && place.offset == offset
    }
}

extension OpenFile {
    /// Whether it begins as what is compressed does: with gzip, zstd, bzip2 or xz.
    var isCompressed: Bool {
        let beginning = (try? bytes(at: 0, count: 4)) ?? []
        return [[0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], [0x42, 0x5A, 0x68], [0xFD, 0x37, 0x7A, 0x58]]
            .contains { beginning.starts(with: $0) }
    }
}
