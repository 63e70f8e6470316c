import LogFormats

/// One path that is followed: the file that it is now, and those that it was before, as one stream of whole lines.
///
/// A file that was renamed is read to its end, and some time longer: its writer goes on with it until it is told. One that
/// was made empty is read from its beginning, and what a copy of it has that was not read is read there.
struct FollowedFiles {
    /// What somebody should know.
    typealias Notice = String

    private static let chunkByteCount = 256 << 10
    /// As much as a line may have, and a byte more.
    private static let longChunkByteCount = LineSplitter.maximumLineByteCount + 1
    /// A file that is not at its path any more is read until nothing was written to it for so long.
    static let linger = Duration.seconds(5)
    /// How much earlier than the last file a rotated one may have been written to for the last time.
    static let leeway: Int64 = 2_000_000_000
    /// Of a format that does not say where events end, the place to go on at would never move.
    private static let mostOpenLines = 1 << 20

    /// What messages call it.
    let path: String
    /// So many lines were read of all files.
    var lineCount: Int { starts.lineCount }
    /// Where lines begin that were read, and are not settled.
    let starts = FollowedLines()
    var parts: [FollowedPart] = []
    var done: [FilePlace] = []
    var nextID = 0
    var awaited = FilePlace.now
    /// Whether the last part is what the path names.
    var hasCurrent = false

    /// Follows a path from its beginning, or from where it was read to.
    init(_ path: String, from places: [FilePlace], _ tell: (Notice) -> Void) {
        self.path = path
        guard let last = places.last else { return }
        restore(places, tell)
        addUnseen(since: last.modified, tell)
        if parts.isEmpty, last.inode == 0 { awaited = last.modified }
    }

    /// Whether nothing is there to be read yet.
    var isAwaited: Bool { parts.isEmpty }

    /// Looks what has become of the file at the path.
    mutating func look(_ tell: (Notice) -> Void) {
        guard let status = OpenFile.status(path) else { return }
        guard hasCurrent, let current = parts.last, let open = current.file.status else {
            return begin(tell)
        }
        guard open.device == status.device, open.inode == status.inode else {
            parts[parts.count - 1].supersede()
            hasCurrent = false
            return begin(tell)
        }
        guard current.wasCut(open) else { return }
        tell("\(path) was made empty: it is read from its beginning")
        let place = current.place
        parts.removeLast()
        hasCurrent = false
        if let copy = copies(of: place).first { add(copy, place, isSuperseded: true) }
        addUnseen(since: place.modified, tell)
        begin(tell)
    }

    /// The next whole lines; nil when there are none now.
    mutating func read() throws(FollowError) -> [UInt8]? {
        guard starts.openCount < Self.mostOpenLines else {
            throw FollowError(
                "\(path): has an event of more than \(starts.openCount) lines, or is of a format that cannot be followed"
            )
        }
        for index in parts.indices {
            if let bytes = try lines(of: index) { return bytes }
        }
        return nil
    }

    /// Lines before this one of the stream need not be read again: from now on it is gone on behind them.
    mutating func settle(before line: Int) {
        let inside = parts.filter(\.isInsideLine).compactMap { starts.last(of: $0.id)?.line }
        let line = min(line, inside.min() ?? line)
        for index in parts.indices {
            if let start = starts.first(of: parts[index].id, from: line) {
                parts[index].settle(at: start.offset, lines: start.number - 1)
            } else {
                parts[index].settle(at: parts[index].offset, lines: parts[index].lines)
            }
        }
        starts.forget(before: line)
        closeFinished()
    }

    /// Where reading stands of each file, as it was settled last.
    var places: [FilePlace] {
        let places = done + parts.map(\.place)
        // Of a file that is not there yet: those that are made and renamed while nobody looks are newer than this.
        return places.isEmpty ? [.beforeAll(awaited)] : places.suffix(FollowCheckpoint.placeCount)
    }
}

// Reading.
extension FollowedFiles {
    private mutating func lines(of index: Int) throws(FollowError) -> [UInt8]? {
        let part = parts[index]
        var bytes = try part.bytes(atMost: Self.chunkByteCount)
        guard !bytes.isEmpty else { return nil }
        if bytes.count == Self.chunkByteCount, !part.isInsideLine, !bytes.contains(0x0A) {
            bytes = try part.bytes(atMost: Self.longChunkByteCount)
        }
        if let end = bytes.lastIndex(of: 0x0A) {
            note(bytes[...end], index)
            return Array(bytes[...end])
        }
        // Longer than a line may be: it is refused, whatever comes.
        if part.isInsideLine || bytes.count == Self.longChunkByteCount {
            note(bytes[...], index)
            return bytes
        }
        // A half line is awaited, but not where nobody writes any more.
        guard part.isFinished(after: Self.linger, at: part.offset + Int64(bytes.count)) else { return nil }
        note(bytes[...], index)
        parts[index].endLine()
        return bytes + [0x0A]
    }

    private mutating func note(_ bytes: ArraySlice<UInt8>, _ index: Int) {
        var isInside = parts[index].isInsideLine
        var number = parts[index].lines
        let (id, start) = (parts[index].id, parts[index].offset)
        for (place, byte) in bytes.enumerated() {
            if !isInside {
                number += 1
                starts.add(part: id, offset: start + Int64(place), number: number)
            }
            isInside = byte != 0x0A
        }
        parts[index].take(bytes, lines: number, isInsideLine: isInside)
    }
}
