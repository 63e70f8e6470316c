internal import AuditRecords
internal import AuditStores
internal import GRDB

/// Looks at every record in the order of arrival: whether it can be answered, and whether what leads to it besides the indexes of SQLite's
/// own does so.
struct RecordInspection {
    /// What is looked at in one read.
    static let batch = BatchLimit(records: 50_000, bytes: 32 << 20)

    /// Records of which something is wrong.
    struct Strays {
        private(set) var count = 0
        private(set) var first: String?

        /// Counts one more, and keeps what is said of the first.
        mutating func add(_ first: @autoclosure () -> String) {
            count += 1
            self.first = self.first ?? first()
        }

        /// Counts others, which come behind.
        mutating func add(_ others: Strays) {
            count += others.count
            first = first ?? others.first
        }
    }

    private let batch: BatchLimit
    /// All up to this number are looked at.
    private var place: Int64 = 0
    private var unreadable = Strays()
    private var misnamed = Strays()
    private var unwritten = Strays()
    private var ofAttributes: [AttributePath: Strays] = [:]

    /// Looks at so many in one read.
    init(batch: BatchLimit = batch) { self.batch = batch }

    /// Looks at the next records; false when there were none.
    mutating func step(_ database: Database) throws -> Bool {
        var rows = try ArrivedRows(after: place, Restriction(scope: .all), in: database, NameMemory())
        defer { rows.end() }
        var attributes = try AttributeIndexInspection(in: database)
        var words = try TextIndexInspection(in: database)
        let start = place
        var (count, bytes) = (0, 0)
        while count < batch.records, bytes < batch.bytes {
            do {
                guard let (number, record) = try rows.next() else { break }
                if let record {
                    try attributes.look(at: record, number, ofSystem: rows.system)
                    try words?.add(record, number)
                    bytes += record.byteCount
                }
            } catch let fault as StoredRecordFault {
                unreadable.add(fault.description)
            }
            place = rows.number
            count += 1
        }
        try lookAtNames(of: start..<place, database)
        for (path, strays) in attributes.strays { ofAttributes[path, default: Strays()].add(strays) }
        if let words { unwritten.add(try words.strays(in: database)) }
        return count > 0
    }

    /// Looks whether the names of records behind a number, up to another one, are of their systems: no question finds them by any other.
    private mutating func lookAtNames(of numbers: Range<Int64>, _ database: Database) throws {
        let statement = try PreparedStatement(Self.misnamed, in: database)
        defer { statement.reset() }
        try statement.bind(numbers.lowerBound, at: 1)
        try statement.bind(numbers.upperBound, at: 2)
        while try statement.step() { misnamed.add("row \(statement.integer(0))") }
    }

    private static let misnamed = """
        SELECT sequence FROM entries WHERE sequence > ?1 AND sequence <= ?2 AND (
            (SELECT system FROM users WHERE id = user) IS NOT system
            OR (SELECT system FROM resources WHERE id = resource) IS NOT system
        ) ORDER BY sequence
        """

    /// What was found wrong in a file, and what to do about it.
    func faults(of path: String) -> [String] {
        let restore = "restore the file from a backup (docs/disaster-recovery.md), or load them again"
        let faults =
            [
                Self.fault(unreadable, "cannot be answered", nil),
                Self.fault(
                    misnamed, "have a user or a resource of another system, and are not found by it", restore),
                Self.fault(
                    unwritten, "are not found by the index of words",
                    """
                    take it away (sqlite3 \(path) 'DROP TABLE text_index; DROP TABLE text_index_end'), and `audit-query load /dev/null` \
                    with store.index.text makes it anew
                    """),
            ]
            + ofAttributes.sorted { $0.key.description < $1.key.description }.map { attribute, strays in
                Self.fault(
                    strays, "are not found by the index of \(attribute)",
                    """
                    have it built again (sqlite3 \(path) 'UPDATE attribute_indexes SET indexed = 0'), by `audit-query load /dev/null`
                    """)
            }
        return faults.compactMap { $0 }
    }

    private static func fault(_ strays: Strays, _ what: String, _ advice: String?) -> String? {
        strays.first.map {
            "\(strays.count) records \(what), the first: \($0)" + (advice.map { "; \($0)" } ?? "")
        }
    }
}
