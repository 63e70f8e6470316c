internal import AuditRecords
internal import JSONBytes

/// Where the key attributes of one item stand, as they are met.
struct ItemKeys {
    /// Where the item begins.
    private let offset: Int
    /// The value of each key attribute that has been met, in the order of the cases.
    private var tokens = InlineArray<6, JSONToken?>(repeating: nil)

    /// Of an item that begins at a place.
    init(offset: Int) {
        self.offset = offset
    }

    private subscript(key: KeyAttribute) -> JSONToken? {
        get { tokens[Int(key.rawValue)] }
        set { tokens[Int(key.rawValue)] = newValue }
    }

    /// Passes the typed value of a key attribute.
    @inline(__always)
    mutating func take(_ key: KeyAttribute, _ cursor: inout JSONCursor) throws(JSONFault) {
        guard self[key] == nil else { throw cursor.fault("\(key.name) stands twice in an item") }
        guard try cursor.openTypedValue() == .string else {
            throw cursor.fault("\(key.name) is of another type than S")
        }
        self[key] = try cursor.string()
        try cursor.closeTypedValue()
    }

    /// The record of an item whose attributes have all been met, at the cursor that has passed them. What it has in common with
    /// another one of the same text is not read again.
    func record(
        attributes: [UInt8], _ known: inout KnownKeys, _ cursor: JSONCursor
    ) throws(JSONFault) -> AuditRecord {
        let systemDay = try known.systemDay(self[.partition], cursor)
        let sort = try sortKey(cursor)
        let userId = try known.user.id(.user, self[.user], cursor)
        let resourceId = try known.resource.id(.resource, self[.resource], cursor)
        guard let systemDay else { throw fault("an item has no PK") }
        guard let sort else { throw fault("an item has no SK") }
        let instant = try instant(of: sort)
        // A system's day is read where its name says; a record elsewhere would be left out of it.
        guard instant.day == systemDay.day else {
            throw fault("an item's PK names another day than its SK")
        }
        try checkIndex(.user, .userSort, cursor)
        try checkIndex(.resource, .resourceSort, cursor)
        let key = RecordKey(
            systemId: systemDay.systemId, timestamp: sort.timestamp, of: instant, auditId: sort.auditId)
        return AuditRecord(key: key, userId: userId, resourceId: resourceId, attributes: attributes)
    }

    private func sortKey(_ cursor: JSONCursor) throws(JSONFault) -> SortKey? {
        guard let token = self[.sort] else { return nil }
        let text = try cursor.content(token)
        do throws(KeyFault) {
            return try SortKey(text)
        } catch {
            throw cursor.fault("SK \(error.detail)", at: token.range.lowerBound)
        }
    }

    private func instant(of sort: SortKey) throws(JSONFault) -> Timestamp {
        do throws(KeyFault) {
            return try SortKey.instant(sort.timestamp)
        } catch {
            throw fault("an item's SK \(error.detail)")
        }
    }

    /// An item that is in an index has to stand where its sort key says.
    @inline(__always)
    private func checkIndex(
        _ partition: KeyAttribute, _ sort: KeyAttribute, _ cursor: JSONCursor
    ) throws(JSONFault) {
        guard self[partition] != nil else { return }
        guard let token = self[sort], let own = self[.sort] else {
            throw fault("an item has a \(partition.name) and no \(sort.name)")
        }
        guard try cursor.areEqual(token, own) else { throw fault("an item's \(sort.name) is not its SK") }
    }

    private func fault(_ detail: String) -> JSONFault {
        JSONFault(offset: offset, detail: detail)
    }
}

/// Keys that were read, and where they stand: items on a page have most of them in common.
struct KnownKeys {
    private var partition: (token: JSONToken, systemId: Identifier, day: Day)?
    fileprivate var user = KnownIdentifier()
    fileprivate var resource = KnownIdentifier()

    fileprivate mutating func systemDay(
        _ token: JSONToken?, _ cursor: JSONCursor
    ) throws(JSONFault) -> (systemId: Identifier, day: Day)? {
        guard let token else { return nil }
        if let partition, try cursor.areEqual(partition.token, token) {
            return (partition.systemId, partition.day)
        }
        let text = try cursor.content(token)
        do throws(KeyFault) {
            let (systemId, day, _) = try SystemDay.parse(text)
            partition = (token, systemId, day)
            return (systemId, day)
        } catch {
            throw cursor.fault("PK \(error.detail)", at: token.range.lowerBound)
        }
    }
}

/// The user or the resource of the item before.
private struct KnownIdentifier {
    private static let none = Identifier("")

    private var last: (token: JSONToken, id: Identifier)?

    /// What stands behind the '#' of an index's partition key; nothing in an item that is not in it.
    mutating func id(
        _ key: KeyAttribute, _ token: JSONToken?, _ cursor: JSONCursor
    ) throws(JSONFault) -> Identifier {
        guard let token else { return Self.none }
        if let last, try cursor.areEqual(last.token, token) { return last.id }
        let text = try cursor.content(token)
        guard text.first == UInt8(ascii: "#") else {
            throw cursor.fault("\(key.name) does not begin with '#'", at: token.range.lowerBound)
        }
        let id = Identifier(text.dropFirst())
        last = (token, id)
        return id
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
