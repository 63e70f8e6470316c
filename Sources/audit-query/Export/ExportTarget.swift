import ArgumentParser
import Files
import Glibc

/// The files of an export, as the name of the first says: a folder, what the files are called, and their form.
struct ExportTarget: Equatable {
    enum Form: String {
        case ndjson, csv, ocsf
    }

    enum Compression: String, Codable {
        case none, gzip, zstd
    }

    /// The folder, which is the export's alone.
    let folder: String
    /// The name in front of its endings.
    let stem: String
    /// The endings, from the dot on.
    let endings: String
    let form: Form
    let compression: Compression

    private static let forms: [(ending: String, form: Form)] = [
        (".ocsf.ndjson", .ocsf), (".ndjson", .ndjson), (".jsonl", .ndjson), (".csv", .csv),
    ]
    private static let compressions: [(ending: String, compression: Compression)] = [
        (".gz", .gzip), (".zst", .zstd),
    ]

    /// Reads a path such as `january/records.csv.gz`.
    init(_ path: String) throws(ValidationError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let name = parts.last.map(String.init) ?? ""
        let packed = Self.compressions.first { name.hasSuffix($0.ending) }
        let plain = String(name.dropLast(packed?.ending.count ?? 0))
        guard let form = Self.forms.first(where: { plain.hasSuffix($0.ending) }),
            plain.count > form.ending.count
        else {
            throw ValidationError(
                "--output: a file's name ends in .ndjson, .jsonl, .ocsf.ndjson or .csv, and may have .gz or .zst behind it: "
                    + "january/records.ndjson.gz")
        }
        guard parts.count > 1, parts.dropLast() != [""] else {
            throw ValidationError(
                "--output: an export is a folder of its own: give one too, such as january/\(name.printable)")
        }
        folder = parts.dropLast().joined(separator: "/")
        stem = String(plain.dropLast(form.ending.count))
        endings = String(name.dropFirst(stem.count))
        self.form = form.form
        compression = packed?.compression ?? .none
    }

    /// The name of a part, counted from 1; of the only file where there are no parts.
    func name(part: Int, isDivided: Bool) -> String {
        guard isDivided else { return stem + endings }
        let number = String(part)
        return "\(stem)-\(String(repeating: "0", count: max(0, 5 - number.count)))\(number)\(endings)"
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// What is written last, when all of it is there.
    var manifest: String { path("manifest.json") }
    /// What signs it.
    var note: String { path(Self.noteName) }
    /// The seals of its days.
    var seals: String { path(Self.sealsName) }
    static let noteName = "manifest.note"
    static let sealsName = "seals.json"
    /// What says how far it is, until then.
    var checkpoint: String { path("checkpoint.json") }

    /// Removes what nobody needs who has a manifest.
    func removeCheckpoint() throws(ExportError) {
        guard unlink(checkpoint) == 0 || errno == ENOENT else { throw .system(checkpoint) }
        // A process that was killed may have left what was to take the place of one of these.
        let replaced = [checkpoint, manifest, note, seals].map { "\($0).new-" }
        var walk = FolderWalk(folder) { _ in nil }
        while let item = walk.next() {
            guard case .file(let path) = item, replaced.contains(where: path.hasPrefix) else { continue }
            unlink(path)
        }
    }
}
