import Archives
import Files
import Gzip

/// One source of a load: a file, standard input, or a file in a zip archive.
struct LoadSource {
    /// What messages call it: `logs.zip: 2024/a.json` of one in an archive.
    let name: String
    /// How many bytes of all that is to be loaded it stands for; nil where nobody knows.
    let byteCount: Int64?
    /// Whether something can be read within so many milliseconds; nil of what does not let anybody wait.
    var isReadable: ((Int32) -> Bool)?
    /// Opens it.
    let open: () throws(GzipError) -> ContentReader
}

/// The sources that an argument of a load stands for, one after the other: of a folder its files, of an archive what is in it.
/// One is found when it is its turn, and none is held.
struct LoadSources {
    enum Item {
        case source(LoadSource)
        /// What is not read, and why.
        case passedOver(String, reason: String)
        /// What cannot be read, for a person.
        case unreadable(String)
    }

    /// The folders of S3 copies that hold no events: signatures over the other files.
    private static let digests = "CloudTrail-Digest"

    private let file: String
    /// Whether a file is one that must not be loaded.
    private let isRefused: (String) -> Bool
    private var walk: FolderWalk?
    private var archive: ZipArchive?
    private var archiveName = ""
    private var hasBegun = false

    /// The sources of a file or folder, or of standard input: `-`.
    init(_ file: String, isRefused: @escaping (String) -> Bool = { _ in false }) {
        self.file = file
        self.isRefused = isRefused
    }

    /// The next one; nil behind the last.
    mutating func next() -> Item? {
        if let archive { return next(in: archive) }
        if walk != nil { return nextInFolder() }
        guard !hasBegun else { return nil }
        hasBegun = true
        guard file != "-" else {
            let name = LoadResumption.name(file)
            return .source(
                LoadSource(
                    name: name, byteCount: nil, isReadable: { InputDescriptor.isReadable(0, within: $0) }
                ) { () throws(GzipError) in
                    try ContentReader(InputDescriptor(borrowing: 0, name: name))
                })
        }
        guard FileKind(at: file) == .folder else { return begin(file) }
        walk = FolderWalk(file, passingOver: Self.reason)
        return next()
    }

    private mutating func nextInFolder() -> Item? {
        // In place, so that the names of a large folder are not copied.
        switch walk?.next() {
        case .file(let path): begin(path)
        case .passedOver(let path, let reason): .passedOver(path, reason: reason)
        case .unreadable(let error): .unreadable("\(error)")
        case nil: nil
        }
    }

    private mutating func begin(_ path: String) -> Item? {
        guard !isRefused(path) else {
            return .passedOver(path, reason: "is where refused lines go")
        }
        do throws(GzipError) {
            guard let archive = try ZipArchive(path: path) else {
                return .source(
                    LoadSource(name: path, byteCount: Self.byteCount(path)) { () throws(GzipError) in
                        try ContentReader(InputDescriptor(path: path))
                    })
            }
            self.archive = archive
            archiveName = path
            return next()
        } catch {
            return .unreadable("\(error)")
        }
    }

    private mutating func next(in archive: ZipArchive) -> Item? {
        do throws(GzipError) {
            while let entry = try archive.next() {
                guard !entry.isFolder else { continue }
                let name = "\(archiveName): \(entry.name)"
                let reasons = entry.name.split(separator: "/").lazy.compactMap { Self.reason(String($0)) }
                if let reason = reasons.first { return .passedOver(name, reason: reason) }
                return .source(
                    LoadSource(name: name, byteCount: Int64(clamping: entry.storedByteCount)) {
                        () throws(GzipError) in
                        try ContentReader(try archive.content(of: entry, name: name))
                    })
            }
            self.archive = nil
            return next()
        } catch {
            self.archive = nil
            return .unreadable("\(error)")
        }
    }

    /// The bytes of a file; nil of what has no size.
    private static func byteCount(_ path: String) -> Int64? {
        FileKind(at: path) == .regular ? LocalFile.stamp(path).map { Int64($0.size) } : nil
    }

    /// Why what has a name is passed over: in a folder or archive, not where somebody names it.
    private static func reason(_ name: String) -> String? {
        if name.hasPrefix(".") { return "is hidden" }
        if name == "__MACOSX" { return "holds what macOS adds to archives" }
        return name == digests ? "holds digests of CloudTrail's files, and no events" : nil
    }
}
