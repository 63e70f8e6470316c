import AuditRecords
import AuditStores
import Files

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
        var columns: [String]?
        var isForSpreadsheets: Bool?
        var compression: ExportTarget.Compression
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
}

extension ExportManifest {
    /// Writes it in one step, for good.
    func write(to path: String) throws {
        do {
            try LocalFile.replace(path, with: try Console.json(self), mode: 0o640)
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
