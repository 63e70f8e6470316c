internal import AuditRecords
internal import JSONBytes

/// The key attributes of one item, as they are met.
struct ItemKeys {
    /// Where the item begins.
    private let offset: Int
    /// A bit for each key attribute that has been met.
    private var met: UInt8 = 0
    private var systemDay: (systemId: Identifier, day: Day, shard: Int?)?
    private var sort: SortKey?
    /// Where the sort keys of the table and of both indexes stand, which have to be equal.
    private var sortToken: JSONToken?
    private var userSortToken: JSONToken?
    private var resourceSortToken: JSONToken?
    private var userId = Identifier("")
    private var resourceId = Identifier("")
    /// What was read of this item's keys, or of another's before it in the same text.
    private(set) var known: KnownKeys

    /// Of an item that begins at a place; what it has in common with another is not read again.
    init(offset: Int, _ known: KnownKeys) {
        self.offset = offset
        self.known = known
    }

    /// Passes the typed value of a key attribute.
    mutating func take(_ key: KeyAttribute, _ cursor: inout JSONCursor) throws(JSONFault) {
        guard met & 1 << key.rawValue == 0 else { throw cursor.fault("\(key.name) stands twice in an item") }
        met |= 1 << key.rawValue
        guard try cursor.openTypedValue() == .string else {
            throw cursor.fault("\(key.name) is of another type than S")
        }
        let token = try cursor.string()
        try cursor.closeTypedValue()
        switch key {
        case .userSort:
            userSortToken = token
            return
        case .resourceSort:
            resourceSortToken = token
            return
        case .sort: sortToken = token
        case .partition, .user, .resource: break
        }
        if try take(known: key, token, cursor) { return }
        let text = try cursor.text(token)
        do throws(KeyFault) {
            switch key {
            case .partition:
                let read = try SystemDay.parse(text)
                systemDay = read
                known.partition = (token, read)
            case .sort: sort = try SortKey(text)
            case .user:
                userId = try Self.identifier(text)
                known.user = (token, userId)
            case .resource:
                resourceId = try Self.identifier(text)
                known.resource = (token, resourceId)
            case .userSort, .resourceSort: break
            }
        } catch {
            throw cursor.fault("\(key.name) \(error.detail)", at: token.range.lowerBound)
        }
    }

    /// Takes a key that was read before.
    private mutating func take(
        known key: KeyAttribute, _ token: JSONToken, _ cursor: JSONCursor
    ) throws(JSONFault) -> Bool {
        switch key {
        case .partition:
            guard let same = known.partition, try cursor.areEqual(same.token, token) else { return false }
            systemDay = same.systemDay
        case .user:
            guard let same = known.user, try cursor.areEqual(same.token, token) else { return false }
            userId = same.id
        case .resource:
            guard let same = known.resource, try cursor.areEqual(same.token, token) else { return false }
            resourceId = same.id
        case .sort, .userSort, .resourceSort: return false
        }
        return true
    }

    /// The record of an item whose attributes have all been met, at the cursor that has passed them.
    func record(attributes: [UInt8], _ cursor: JSONCursor) throws(JSONFault) -> AuditRecord {
        guard let systemDay else { throw fault("an item has no PK") }
        guard let sort else { throw fault("an item has no SK") }
        let instant: Timestamp
        do throws(KeyFault) {
            instant = try SortKey.instant(sort.timestamp)
        } catch {
            throw fault("an item's SK \(error.detail)")
        }
        // A system's day is read where its name says; a record elsewhere would be left out of it.
        guard instant.day == systemDay.day else {
            throw fault("an item's PK names another day than its SK")
        }
        try checkIndex(.user, .userSort, userSortToken, cursor)
        try checkIndex(.resource, .resourceSort, resourceSortToken, cursor)
        let key = RecordKey(
            systemId: systemDay.systemId, timestamp: sort.timestamp, of: instant, auditId: sort.auditId)
        return AuditRecord(key: key, userId: userId, resourceId: resourceId, attributes: attributes)
    }

    /// An item that is in an index has to stand where its sort key says.
    @inline(__always)
    private func checkIndex(
        _ partition: KeyAttribute, _ sort: KeyAttribute, _ token: JSONToken?, _ cursor: JSONCursor
    ) throws(JSONFault) {
        guard met & 1 << partition.rawValue != 0 else { return }
        guard let token, let own = sortToken else {
            throw fault("an item has a \(partition.name) and no \(sort.name)")
        }
        guard try cursor.areEqual(token, own) else { throw fault("an item's \(sort.name) is not its SK") }
    }

    private func fault(_ detail: String) -> JSONFault {
        JSONFault(offset: offset, detail: detail)
    }

    /// What stands after the '#' of an index's partition key.
    private static func identifier(_ text: [UInt8]) throws(KeyFault) -> Identifier {
        guard text.first == UInt8(ascii: "#") else { throw KeyFault("does not begin with '#'") }
        return Identifier(text.dropFirst())
    }
}

/// Keys that were read, and where they stand: items on a page have most of them in common.
struct KnownKeys {
    var partition: (token: JSONToken, systemDay: (systemId: Identifier, day: Day, shard: Int?))?
    var user: (token: JSONToken, id: Identifier)?
    var resource: (token: JSONToken, id: Identifier)?
}

/// What is wrong with the text of a key.
struct KeyFault: Error {
    /// What a person reads behind the key's name.
    let detail: String

    init(_ detail: String) {
        self.detail = detail
    }
}
