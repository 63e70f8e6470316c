internal import AuditRecords
internal import GRDB

/// Looks whether the indexes of attributes lead to records that they say they have.
struct AttributeIndexInspection {
    private let database: Database
    private let indexes: [AttributeIndex]
    private let paths: IndexedPaths
    private var numbers: [OwnValue: Int64?] = [:]
    private var found: [RecordInspection.Strays]

    /// A value of a system in one of the indexes.
    private struct OwnValue: Hashable {
        let index: Int
        let system: Int64
        let value: IndexedValue
    }

    /// The indexes of a file, complete or not.
    init(in database: Database) throws {
        self.database = database
        indexes = try AttributeIndex.all(in: database)
        paths = IndexedPaths(indexes.map(\.path))
        found = indexes.map { _ in RecordInspection.Strays() }
    }

    /// The records that an index does not lead to.
    var strays: [(path: AttributePath, strays: RecordInspection.Strays)] {
        zip(indexes, found).map { ($0.path, $1) }
    }

    /// Looks at the record of a number in the order of arrival.
    mutating func look(at record: AuditRecord, _ number: Int64, ofSystem system: Int64) throws {
        for (index, value) in IndexBuilder.values(of: record.attributes, paths, indexes)
        where number <= indexes[index].indexed {
            let number = try self.number(of: OwnValue(index: index, system: system, value: value))
            let isLed = try number.map { try leads(index, from: $0, to: record.key) } ?? false
            if !isLed { found[index].add(StoredRecordFault.name(of: record.key)) }
        }
    }

    private mutating func number(of value: OwnValue) throws -> Int64? {
        if let known = numbers[value] { return known }
        let index = ValueIndex(index: indexes[value.index].number, value: value.value)
        let number = try index.number(in: value.system, database)
        numbers[value] = .some(number)
        return number
    }

    private func leads(_ index: Int, from value: Int64, to key: RecordKey) throws -> Bool {
        let statement = try PreparedStatement(AttributeIndexSQL.isThere(indexes[index].number), in: database)
        defer { statement.reset() }
        try statement.bind(value, StoredInstant(key.instant), StoredAuditId(key.auditId))
        return try statement.step()
    }
}
