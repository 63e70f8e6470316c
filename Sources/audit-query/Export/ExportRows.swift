import AuditRecords
import Evidence

/// Records that were read, as they are written.
struct ExportRows: Sendable {
    /// One behind the other.
    var bytes: [UInt8] = []
    /// Of each where it ends, and which it is.
    var rows: [(end: Int, key: RecordKey)] = []

    var count: Int { rows.count }

    /// Leaves out those that do not come behind a place.
    mutating func drop(upTo place: RecordKey, _ order: SortOrder) {
        let count = rows.prefix { !order.areInOrder(place, $0.key) }.count
        guard count > 0 else { return }
        let start = rows[count - 1].end
        bytes.removeSubrange(..<start)
        rows = rows.dropFirst(count).map { ($0.end - start, $0.key) }
    }

    /// Leaves out those behind the first ones.
    mutating func keep(first count: Int) {
        rows.removeSubrange(count...)
        bytes.removeSubrange((rows.last?.end ?? 0)...)
    }
}

/// Where a page ended.
enum ExportPlace: Sendable {
    case key(RecordKey)
    case cursor(String)
}

/// Where the records of an export come from.
protocol ExportSource: Sendable {
    /// A page of the records in a range, from its beginning or from where the page before ended; with where the next page begins,
    /// nil after the last.
    func rows(in range: TimeRange, from place: ExportPlace?) throws -> (rows: ExportRows, next: ExportPlace?)

    /// What the manifest says of it. Asks the source whether it is there.
    func description(of range: TimeRange) throws -> ExportOrigin

    /// The seals that are wanted, with the head of the log, or that alone; none where nothing is sealed.
    func seals(_ wanted: ExportSeals.Wanted?) throws -> [SealExtract]
}

/// What was asked, as a manifest says it.
struct ExportOrigin: Codable, Equatable {
    /// The kind of the store, or `server`.
    var kind: String
    /// The server's address; nil of a store.
    var url: String?
    /// The systems that could be seen, as patterns.
    var systems: [String]
    /// What stands for the key's policy; nil of a store, and of a server that does not tell.
    var policy: String?
    /// Whether there are attributes that could not; nil of a server that does not tell.
    var hidesAttributes: Bool?
    /// Which ones those are; nil where a server does not tell its keys.
    var hiddenAttributes: [String]?
}
