import Glibc

/// The files beside one that is followed which it may have been before: by their names, such as `access.log.1`,
/// `access.log-20240131` or `access-20240131.log`.
struct RotatedFiles {
    private let folder: String
    private let name: String

    init(of path: String) {
        let slash = path.lastIndex(of: "/")
        folder = slash.map { String(path[...$0]) } ?? "./"
        name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// All regular files of the folder that may be it by their names, and that can be read.
    var files: [OpenFile] {
        names.filter { Self.isRotated($0, of: name) }.compactMap { OpenFile(folder + $0) }
    }

    private var names: [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }

    /// Whether a name is one that rotation gives to a file.
    static func isRotated(_ name: String, of original: String) -> Bool {
        guard name != original else { return false }
        if name.hasPrefix(original), [".", "-", "_"].contains(name.dropFirst(original.count).prefix(1)) {
            return true
        }
        // logrotate's `extension`: the date stands before it.
        guard let dot = original.lastIndex(of: "."), dot > original.startIndex else { return false }
        let (stem, end) = (original[..<dot], original[dot...])
        guard name.hasPrefix(stem), name.hasSuffix(end), name.count > original.count else { return false }
        let middle = name.dropFirst(stem.count).dropLast(end.count)
        return ["-", ".", "_"].contains(middle.prefix(1))
            && middle.dropFirst().allSatisfy { $0.isNumber || $0 == "-" || $0 == "." || $0 == "_" }
    }
}
