/// The key attributes of one item, as they are met.
struct ItemKeys {
    /// Where the item begins.
    private let offset: Int
    /// A bit for each key attribute that has been met.
    private var met: UInt8 = 0
    private var systemId: Identifier?
    private var sort: SortKey?
    private var userId = Identifier("")
    private var resourceId = Identifier("")

    init(offset: Int) {
        self.offset = offset
    }

    /// Passes the typed value of a key attribute.
    mutating func take(_ key: KeyAttribute, _ cursor: inout JSONCursor) throws(TranscodingError) {
        guard met & 1 << key.rawValue == 0 else { throw cursor.fault("\(key.name) stands twice in an item") }
        met |= 1 << key.rawValue
        guard try cursor.openTypedValue() == .string else {
            throw cursor.fault("\(key.name) is of another type than S")
        }
        let token = try cursor.string()
        try cursor.closeTypedValue()
        // The index sorts by them; they say what the table's sort key says.
        if key == .userSort || key == .resourceSort { return }
        let text = try cursor.text(token)
        do throws(KeyFault) {
            switch key {
            case .partition: systemId = try SystemDay.systemId(text)
            case .sort: sort = try SortKey(text)
            case .user: userId = try Self.identifier(text)
            case .resource: resourceId = try Self.identifier(text)
            case .userSort, .resourceSort: break
            }
        } catch {
            throw cursor.fault("\(key.name) \(error.detail)", at: token.range.lowerBound)
        }
    }

    /// The record of an item whose attributes have all been met.
    func record(attributes: [UInt8]) throws(TranscodingError) -> AuditRecord {
        guard let systemId else { throw TranscodingError(offset: offset, detail: "an item has no PK") }
        guard let sort else { throw TranscodingError(offset: offset, detail: "an item has no SK") }
        do throws(TimestampError) {
            let key = try RecordKey(systemId: systemId, timestamp: sort.timestamp, auditId: sort.auditId)
            return AuditRecord(key: key, userId: userId, resourceId: resourceId, attributes: attributes)
        } catch {
            throw TranscodingError(offset: offset, detail: "an item's SK begins with a time that \(error)")
        }
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
