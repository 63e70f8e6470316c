import AuditRecords
import AuditStores
import Cryptography
import Evidence
import Files
import QueryService

/// What an export is: written when all of it is there, and never before.
struct ExportManifest: Codable {
    /// The question as it was understood.
    struct Question: Codable, Equatable {
        struct Range: Codable, Equatable {
            /// The first instant; nil where nothing bounds it.
            var start: String?
            /// The first instant behind it; nil where that would be no instant any more.
            var end: String?

            /// As it is searched.
            func read() throws -> TimeRange {
                TimeRange(
                    start: try start.map { try Timestamp.parse(Array($0.utf8)).instant },
                    end: try end.map { try Timestamp.parse(Array($0.utf8)).instant })
            }
        }

        var userId, systemId, resourceId, filter, search: String?
        var order: String
        var range: Range
    }

    /// What the files are.
    struct Form: Codable, Equatable {
        var type: String
        /// What the lines are events of; nil of records as they are.
        var schema: String?
        var columns: [String]?
        var isForSpreadsheets: Bool?
        var compression: ExportTarget.Compression

        static let ocsf = "OCSF"
    }

    struct Part: Codable, Equatable {
        var file: String
        var records: Int
        var bytes: Int
        var sha256: String
        /// The ids of its first and last record; nil of a part without any.
        var first, last: String?
    }

    /// What came into the store while it was read.
    struct Arrival: Codable, Equatable {
        /// How many records that match came between the beginning and the end.
        var matching: Int
    }

    /// What it has of a log of seals.
    struct Seals: Codable, Equatable {
        /// Where the seals of its days are; nil, and left out, where it has none of any.
        var file: String?
        var bytes: Int?
        var sha256: String?
        /// How many those are.
        var seals: Int
        /// The log's name, and how many seals it has in all.
        var origin: String
        var size: Int
        /// How many it had when the export began.
        var sizeAtBeginning: Int
        /// Its head as it was signed.
        var checkpoint: String
    }

    var kind = "audit-query export"
    var version = 1
    var program: String
    var begun: String
    var finished: String
    var origin: ExportOrigin
    var question: Question
    var form: Form
    var records: Int
    var bytes: Int
    /// Of all files, one behind the other.
    var sha256: String
    var parts: [Part]
    /// Nil where the store does not tell in what order records came.
    var arrivedMeanwhile: Arrival?
    /// Nil where no day is sealed.
    var seals: Seals?
    /// Whether `manifest.note` stands beside it.
    var isSigned: Bool
    /// The public key of who signed that.
    var signer: String?
}

extension ExportManifest {
    /// What is signed of a manifest of these bytes: two lines, which are no other note's.
    static func statement(of bytes: [UInt8]) -> [UInt8] {
        Array("audit-query export\nmanifest.json sha256:\(Digest(of: bytes).bytes.hexadecimal)\n".utf8)
    }

    /// Writes it in one step, for good, after its signature: where it stands, all of the export does.
    func write(to target: ExportTarget, signedBy key: SigningKey?) throws {
        let bytes = try Console.json(self)
        do {
            if let key {
                var note = try SignedNote(text: Self.statement(of: bytes))
                try note.sign(with: key, at: UInt64(max(0, TimeSource.system.wall().seconds)))
                try LocalFile.replace(target.note, with: note.bytes, mode: 0o640)
            }
            try LocalFile.replace(target.manifest, with: bytes, mode: 0o640)
        } catch let error as FileError {
            throw ExportError(error.description.printable, .outputLost)
        }
    }
}

extension ExportManifest.Question {
    init(_ query: RecordQuery) {
        userId = query.userId?.description
        systemId = query.systemId?.description
        resourceId = query.resourceId?.description
        filter = query.filter?.description
        search = query.search?.description
        order = query.order.rawValue
        range = Range(
            start: query.range.start.map { String(decoding: $0.text, as: UTF8.self) },
            end: query.range.end.map { String(decoding: $0.text, as: UTF8.self) })
    }
}
