// Which files the path is and was.
extension FollowedFiles {
    /// The file at the path is another one, or the first.
    mutating func begin(_ tell: (Notice) -> Void) {
        guard let file = OpenFile(path), let status = file.status else { return }
        // Renamed and back, or found by what was known of it.
        if let known = parts.firstIndex(where: { $0.isSame(as: status) }) {
            var part = parts.remove(at: known)
            part.isSuperseded = false
            parts.append(part)
        } else {
            let last = parts.last.map { $0.file.status?.modified ?? $0.place.modified }
            addUnseen(since: last ?? awaited, tell)
            add(file, nil, isSuperseded: false)
        }
        hasCurrent = true
    }

    /// Finds the files of known places again, by whatever name.
    mutating func restore(_ places: [FilePlace], _ tell: (Notice) -> Void) {
        for place in places {
            let candidates = (OpenFile(path).map { [$0] } ?? []) + RotatedFiles(of: path).files
            let unknown = candidates.filter { file in
                file.status.map { status in !parts.contains { $0.isSame(as: status) } } ?? false
            }
            let same = unknown.first { file in
                file.status.map { $0.inode == place.inode && $0.device == place.device } ?? false
                    && place.isIn(file)
            }
            let copy = place.offset > 0 ? unknown.first { place.isIn($0) } : nil
            if let file = same ?? copy {
                add(file, place, isSuperseded: true)
            } else if !place.isDone, place.offset > 0 {
                tell(
                    "\(path): the file that was read to byte \(place.offset) is not there any more: if more was written "
                        + "to it, load that from wherever it is"
                )
            }
        }
    }

    /// Takes up files that were made and renamed while nobody looked: none of those known, last written to since.
    mutating func addUnseen(since modified: Int64, _ tell: (Notice) -> Void) {
        let known = parts.map(\.place) + done
        var unseen: [(file: OpenFile, modified: Int64)] = []
        for file in RotatedFiles(of: path).files {
            guard let status = file.status, status.modified >= modified - Self.leeway,
                !parts.contains(where: { $0.isSame(as: status) }),
                !known.contains(where: {
                    $0.inode == status.inode && $0.device == status.device && $0.isIn(file)
                })
            else { continue }
            if file.isCompressed {
                tell(
                    "\(file.path) may have what was not read of \(path), and is compressed: load it by itself"
                )
                continue
            }
            unseen.append((file, status.modified))
        }
        for found in unseen.sorted(by: { $0.modified < $1.modified }) {
            add(found.file, nil, isSuperseded: true)
        }
    }

    func copies(of place: FilePlace) -> [OpenFile] {
        guard place.offset > 0 else { return [] }
        return RotatedFiles(of: path).files.filter { place.isIn($0) }
    }

    mutating func add(_ file: OpenFile, _ place: FilePlace?, isSuperseded: Bool) {
        guard let part = FollowedPart(file, id: nextID, from: place, isSuperseded: isSuperseded) else {
            return
        }
        nextID += 1
        parts.append(part)
    }

    /// Lets go of files that are read to their end and not written to any more.
    mutating func closeFinished() {
        for part in parts where part.isDone(after: Self.linger) { done.append(part.donePlace) }
        parts.removeAll { $0.isDone(after: Self.linger) }
        done = Array(done.suffix(FollowCheckpoint.placeCount))
    }
}
