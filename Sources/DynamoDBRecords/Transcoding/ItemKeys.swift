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

    init(offset: Int) {
        self.offset = offset
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
        let text = try cursor.text(token)
        do throws(KeyFault) {
            switch key {
            case .partition: systemDay = try SystemDay.parse(text)
            case .sort: sort = try SortKey(text)
            case .user: userId = try Self.identifier(text)
            case .resource: resourceId = try Self.identifier(text)
            case .userSort, .resourceSort: break
            }
        } catch {
            throw cursor.fault("\(key.name) \(error.detail)", at: token.range.lowerBound)
        }
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

/// What is wrong with the text of a key.
struct KeyFault: Error {
    /// What a person reads behind the key's name.
    let detail: String

    init(_ detail: String) {
        self.detail = detail
    }
}
