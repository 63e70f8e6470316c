package import AuditStores
package import AuditRecords
internal import GRDB

/// What can have a name in a record.
package enum NameKind: String, Sendable, CaseIterable {
    /// What wrote it.
    case system
    /// Who did it.
    case user
    /// What it was done to.
    case resource
}

extension SQLiteStore {
    /// Names of which there are records, from `first` on in the order of their bytes: `limit` of them at most, and as many as
    /// are found until the budget's soft end. Each costs one search of an index, some 10 µs, however many records it has.
    package func names(
        of kind: NameKind, from first: Identifier, limit: Int, budget: Budget
    ) throws(StoreError) -> [Identifier] {
        try database.read(deadline: budget.deadline) { database, version in
            let names = try StoredNames(kind, version: version, in: database)
            defer { names.end() }
            var found: [Identifier] = []
            var start = first.bytes
            while found.count < limit, ContinuousClock.now < budget.soft {
                guard let name = try names.next(from: start) else { break }
                found.append(Identifier(name))
                // The least text after it.
                start = name + [0]
            }
            return found
        }
    }
}

/// The names of one kind, one after the other.
private struct StoredNames {
    private let next: PreparedStatement
    /// Asks whether a number has a record; nil where every name that is found has one.
    private let record: PreparedStatement?

    init(_ kind: NameKind, version: Int, in database: Database) throws {
        let isEarlier = EarlierSchema.versions.contains(version)
        next = try PreparedStatement(isEarlier ? kind.nextEarlierName : kind.nextName, in: database)
        record = isEarlier ? nil : try PreparedStatement(kind.recordOfNumber, in: database)
    }

    /// The first name from a text on that a record has.
    func next(from start: [UInt8]) throws -> [UInt8]? {
        next.reset()
        try next.bind(start, at: 1)
        while try next.step() {
            guard let record else { return next.bytes(0) }
            // A record that was replaced may have been the last of its names.
            record.reset()
            try record.bind(next.integer(1), at: 1)
            if try record.step() { return next.bytes(0) }
        }
        return nil
    }

    func end() {
        next.reset()
        record?.reset()
    }
}

extension NameKind {
    /// Names and numbers from `?1` on.
    fileprivate var nextName: String {
        "SELECT name, id FROM \(rawValue)s WHERE name >= ?1 ORDER BY name"
    }

    /// A record of the number `?1`.
    fileprivate var recordOfNumber: String {
        "SELECT 1 FROM entries INDEXED BY entries_by_\(rawValue) WHERE \(rawValue) = ?1 LIMIT 1"
    }

    /// The first name from `?1` on, in a file before version 3, whose indexes all begin with their names.
    fileprivate var nextEarlierName: String {
        """
        SELECT \(rawValue)_id FROM records INDEXED BY by_\(rawValue)
        WHERE \(rawValue)_id >= ?1 ORDER BY \(rawValue)_id LIMIT 1
        """
    }
}
