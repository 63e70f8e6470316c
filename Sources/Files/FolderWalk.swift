internal import Glibc

/// What is in a folder and those in it, in order: by the bytes of names, a folder's files where its name stands. Holds the
/// names of the folders on the way to where it is, and nothing open.
package struct FolderWalk: IteratorProtocol {
    /// What is met.
    package enum Item {
        case file(String)
        /// What is not read, and why.
        case passedOver(String, reason: String)
        case unreadable(FileError)
    }

    /// Why a name is passed over; nil where it is not.
    private let reason: (String) -> String?
    /// Paths that come, of each folder the next one last.
    private var levels: [[String]]
    private var isAtBeginning = true

    /// A walk through a folder, which may be named by a symbolic link. `reason` says of a name why what has it is passed
    /// over; nil where it is not.
    package init(_ folder: String, passingOver reason: @escaping (String) -> String?) {
        self.reason = reason
        levels = [[folder]]
    }

    /// The next one; nil behind the last.
    package mutating func next() -> Item? {
        while !levels.isEmpty {
            guard let path = levels[levels.count - 1].popLast() else {
                levels.removeLast()
                continue
            }
            let isFolder = isAtBeginning
            isAtBeginning = false
            if let item = isFolder ? enter(path) : item(at: path) { return item }
        }
        return nil
    }

    private mutating func item(at path: String) -> Item? {
        let name = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
        if let reason = reason(String(name)) { return .passedOver(path, reason: reason) }
        var status = stat()
        guard lstat(path, &status) == 0 else { return .unreadable(.system(path)) }
        let isLink = status.st_mode & S_IFMT == S_IFLNK
        guard stat(path, &status) == 0 else { return .unreadable(.system(path)) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file(path)
        // It may lead back.
        case S_IFDIR where isLink: return .passedOver(path, reason: "is a link to a folder")
        case S_IFDIR: return enter(path)
        default: return .passedOver(path, reason: "is no regular file")
        }
    }

    /// Goes into a folder; gives why that cannot be.
    private mutating func enter(_ path: String) -> Item? {
        guard let folder = opendir(path) else { return .unreadable(.system(path)) }
        defer { closedir(folder) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { return .unreadable(.system(path)) }
        names.sort { $1.utf8.lexicographicallyPrecedes($0.utf8) }
        let start = path.hasSuffix("/") ? path : "\(path)/"
        levels.append(names.map { start + $0 })
        return nil
    }
}
