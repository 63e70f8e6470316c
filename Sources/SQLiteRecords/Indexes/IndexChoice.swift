internal import AuditRecords
internal import AuditStores
internal import GRDB

/// Which index leads to the records of a read with the fewest others among them.
enum IndexChoice {
    /// So many keys of an index are counted at most: some 50 ns each.
    static let mostCounted = 1000

    /// The value to go by; nil for the index of the partition itself. All that is looked at are keys that the asking key may
    /// see, within the read's bounds.
    static func value(for read: PartitionRead, in database: Database) throws -> ValueIndex? {
        guard !read.equalities.isEmpty, try AttributeIndex.areThere(database) else { return nil }
        var values: [ValueIndex?] = try read.equalities.compactMap { equality in
            try AttributeIndex.complete(for: equality.path, in: database).map {
                ValueIndex(index: $0, value: equality.value)
            }
        }
        guard let first = values.first else { return nil }
        if read.partition.owner != nil {
            // A user's or resource's records may be fewer.
            values.insert(nil, at: 0)
        } else if values.count == 1 {
            return first
        }
        var best = (value: values[0], count: mostCounted)
        for (place, value) in values.enumerated() {
            let count = try count(read, value, upTo: best.count, in: database)
            if place == 0 || count < best.count { best = (value, count) }
        }
        return best.value
    }

    /// Whether there is an index of an attribute that all which passes a filter has one value of.
    static func leads(to filter: RecordFilter, in database: Database) throws -> Bool {
        guard try AttributeIndex.areThere(database) else { return false }
        return try filter.requiredEqualities.contains {
            try AttributeIndex.complete(for: $0.path, in: database) != nil
        }
    }

    /// How many keys an index has there, as far as that is fewer than a limit.
    private static func count(
        _ read: PartitionRead, _ value: ValueIndex?, upTo limit: Int, in database: Database
    ) throws -> Int {
        let sources = try KeySources(counting: read, value, in: database)
        let statement = sources.statement
        defer { statement.reset() }
        let bounds = StoredBounds(read)
        var count = 0
        for (number, source) in sources.runs.enumerated() where count < limit {
            if number % 64 == 63 { try read.budget.checkDeadline() }
            statement.reset()
            try source.bind(bounds, to: statement)
            try statement.bind(Int64(limit - count), at: 8)
            if try statement.step() { count += Int(statement.integer(0)) }
        }
        return count
    }
}

extension Partition {
    /// Whether a record that lies in a read's range and systems is in it.
    func has(_ record: AuditRecord) -> Bool {
        switch self {
        case .systemDay, .day: true
        case .user(let user): record.userId == user
        case .resource(let resource): record.resourceId == resource
        }
    }
}
