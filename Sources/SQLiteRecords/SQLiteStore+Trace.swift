internal import AuditRecords
internal import AuditStores
internal import GRDB

/// Which index a read asked, for whoever wants it explained.
struct TracedAccess {
    private let trace: ReadTrace
    private let access: StoreAccess

    /// Nil where nobody asks. Costs a search of the file where an index of an attribute is asked.
    init?(
        _ read: PartitionRead, _ value: ValueIndex?, isSieved: Bool, version: Int, in database: Database
    ) throws {
        guard let trace = read.trace else { return nil }
        self.trace = trace
        let bounds = StoredBounds(read).words
        guard let value else {
            let isEarlier = EarlierSchema.versions.contains(version)
            access = StoreAccess(
                index: isEarlier
                    ? "\(EarlierKeySQL(read.partition, read.order).index) of records, schema version \(version)"
                    : "\(KeySQL.index(of: read.partition)) of entries",
                bounds: "\(read.partition.words)\(read.systemWords)\(bounds)",
                condition: isSieved
                    ? "the filter, by the values of rows"
                    : read.userOfResource.map { "\($0), by the same index" })
            return
        }
        let path = try AttributeIndex.all(in: database).first { $0.number == value.index }?.path
        access = StoreAccess(
            index:
                "\(AttributeIndexSQL.keys(value.index)), the index of \(path?.description ?? "an attribute")",
            bounds: "value \(value.value.words)\(read.systemWords)\(bounds)",
            condition: read.partition.owner.map { _ in "\(read.partition.words), by the record" })
    }

    /// Tells what it took.
    func note(merged: Int, looked: Int, _ records: [AuditRecord]) {
        trace.note(
            access,
            AccessCost(merged: merged, looked: looked, passed: records.count, bytes: records.byteCount))
    }
}

extension ReadTrace {
    /// The index of words was asked, and led to so many records.
    func note(_ read: WordRead, looked: Int, found: Int) {
        let bounds = StoredBounds(read).words
        note(
            StoreAccess(
                index: "text_index, the index of words",
                bounds: String(decoding: read.search.trigramQuery, as: UTF8.self)
                    + (read.systemId.map { " in the system \($0)" } ?? "") + bounds),
            AccessCost(looked: looked, passed: found))
    }

    /// An index has counted records, or has led to their rows.
    func note(_ count: IndexCount, _ index: String, _ way: String, sources: Int, counted: Int) {
        let names = count.restriction.words
        note(
            StoreAccess(
                index: "\(index) of entries, \(way)",
                bounds: (names.isEmpty ? "all systems" : names) + StoredBounds(count).words),
            AccessCost(merged: sources, looked: counted))
    }
}

extension StoredBounds {
    init(_ read: WordRead) {
        self.init(
            lower: read.range.start.map(RecordKey.boundary), upper: read.range.end.map(RecordKey.boundary))
        switch read.order {
        case .ascending: lower = max(lower ?? read.after, read.after)
        case .descending: upper = min(upper ?? read.after, read.after)
        }
    }

    init(_ count: IndexCount) {
        self.init(
            lower: count.range.start.map(RecordKey.boundary),
            upper: [count.range.end.map(RecordKey.boundary), count.before].compactMap { $0 }.min())
    }

    /// The same in words.
    fileprivate var words: String {
        func text(_ key: RecordKey) -> String {
            let instant = String(decoding: key.instant.text, as: UTF8.self)
            return key.auditId.bytes.isEmpty ? instant : "\(instant) \(key.auditId) of \(key.systemId)"
        }
        return (lower.map { ", from \(text($0))" } ?? "") + (upper.map { ", before \(text($0))" } ?? "")
    }
}

extension PartitionRead {
    /// The system, where the partition leaves it open.
    fileprivate var systemWords: String {
        if case .systemDay = partition { return "" }
        return restriction.systemId.map { " in the system \($0)" } ?? ""
    }

    /// The user that an index of resources tells.
    fileprivate var userOfResource: String? {
        guard case .resource = partition else { return nil }
        return restriction.userId.map { "user \($0)" }
    }
}

extension IndexedValue {
    fileprivate var words: String {
        let text = String(decoding: bytes, as: UTF8.self)
        return isString ? String(reflecting: text) : text
    }
}
