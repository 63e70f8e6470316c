import AuditRecords
import Files
import Foundation

/// How far an export is: what is on the disk for sure, and what it is an export of. It is written when its files are.
struct ExportCheckpoint: Codable {
    /// A part that is being written.
    struct OpenPart: Codable {
        var byteCount = 0
        var records = 0
        var sha256 = ""
        var first: String?
    }

    private static let byteCount = 64 << 20

    /// Of this file's form.
    private var version = 1
    /// The options as they were given: who goes on must give the same.
    let asked: [String: String]
    /// When it began, and what is searched: what was said in words like `-7d` means what it meant then.
    let begun: String
    let question: ExportManifest.Question
    let origin: ExportOrigin
    /// How far the order of arrival of the embedded store was.
    let arrival: Int64?
    /// How many seals the log had; nil where nothing was sealed.
    let sealSize: Int?
    /// The parts that are whole.
    var parts: [ExportManifest.Part] = []
    var open = OpenPart()
    /// The id of the last record that is on the disk.
    var last: String?

    init(
        asked: [String: String], begun: String, question: ExportManifest.Question, origin: ExportOrigin,
        arrival: Int64?, sealSize: Int?
    ) {
        (self.asked, self.begun, self.question, self.origin, self.arrival) =
            (asked, begun, question, origin, arrival)
        self.sealSize = sealSize
    }

    /// Reads one.
    ///
    /// - Throws: that it is none, or of another version.
    init(path: String) throws {
        let bytes = try LocalFile.read(path, limit: Self.byteCount)
        guard let found = try? JSONDecoder().decode(Self.self, from: Data(bytes)), found.version == 1 else {
            throw ExportError(
                "\(path.printable): is no checkpoint of this version: remove the folder, and begin anew",
                .badInput)
        }
        self = found
    }

    /// Replaces it in one step, for good: it is on the disk when this returns.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            try LocalFile.replace(path, with: Array(try encoder.encode(self)), mode: 0o640)
        } catch let error as FileError {
            throw ExportError(error.description.printable, .outputLost)
        }
    }

    /// The place of the last record that is on the disk.
    func place() throws(ExportError) -> RecordKey? {
        guard let last else { return nil }
        guard let key = RecordKey(id: Array(last.utf8)) else {
            throw ExportError("checkpoint.json: its last is no record's id: begin anew", .badInput)
        }
        return key
    }
}
