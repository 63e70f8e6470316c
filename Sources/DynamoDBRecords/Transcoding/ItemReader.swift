internal import AuditRecords
internal import JSONBytes

extension JSONCursor {
    /// Passes an array of typed items and returns the records that they are.
    mutating func records() throws(JSONFault) -> [AuditRecord] {
        var items = ItemReader(self)
        let records = try items.records()
        self = items.cursor
        return records
    }

    /// Passes an array of typed items, and tells of each what it is: a record, of one of some systems where any are named, in
    /// each of these indexes that should have it, and where a plan has it; an item of the list of systems, or the plan itself; or what
    /// is wrong with it.
    mutating func judgeItems(
        ofSystems systems: Set<Identifier>, _ indexes: [AttributeIndex], _ plan: ShardPlan?,
        _ body: (JudgedItem) -> Void
    ) throws(JSONFault) {
        try elements { cursor throws(JSONFault) in
            _ = cursor.peek()
            var item = cursor
            var other = cursor
            _ = try cursor.value()
            do throws(JSONFault) {
                let start = item.position
                let key = try item.record().key
                guard systems.isEmpty || systems.contains(key.systemId) else {
                    throw JSONFault(
                        offset: start,
                        detail:
                            "its system is not among those of store.dynamodb.systems, so that queries without ids miss it"
                    ).ofItem(cursor.itemKey(at: start) ?? "{}")
                }
                if !indexes.isEmpty {
                    var indexed = other
                    if let detail = try indexed.indexFault(indexes) {
                        throw JSONFault(offset: start, detail: detail)
                            .ofItem(cursor.itemKey(at: start) ?? "{}")
                    }
                }
                var placed = other
                let place = try plan.map { plan throws(JSONFault) in try placed.place(of: key, in: plan) }
                if case .hidden(let detail) = place {
                    throw JSONFault(offset: start, detail: detail)
                        .ofItem(cursor.itemKey(at: start) ?? "{}")
                }
                body(.record(of: key.systemId, on: key.instant.day, isStray: place == .stray))
            } catch {
                var planned = other
                if (try? planned.shardPlan()) ?? nil != nil { return body(.plan) }
                if let content = (try? other.systemListItem()) ?? nil { return body(.listItem(content)) }
                body(.fault(ItemFault(key: error.part ?? "{}", detail: error.detail)))
            }
        }
    }

    /// Passes an item of a stream: a record, nil for one of the list of systems and for the plan of shards, or what is wrong with it.
    mutating func streamItem() throws(JSONFault) -> Result<AuditRecord?, JSONFault> {
        _ = peek()
        var (item, other, planned) = (self, self, self)
        _ = try value()
        do throws(JSONFault) {
            return .success(try item.record())
        } catch {
            let isOurs = (try? other.systemListItem()) != nil || (try? planned.shardPlan()) ?? nil != nil
            return isOurs ? .success(nil) : .failure(error)
        }
    }

    /// Passes one item.
    private mutating func record() throws(JSONFault) -> AuditRecord {
        var items = ItemReader(self)
        return try items.record()
    }
}

/// What an item of the table is.
enum JudgedItem {
    /// Whether it is a stray: not where it would be written now, but read.
    case record(of: Identifier, on: Day, isStray: Bool)
    /// One of the list of systems.
    case listItem(SystemListItem.Content)
    /// The plan of shards.
    case plan
    case fault(ItemFault)
}

extension JSONFault {
    /// This fault in the item of a key.
    func ofItem(_ key: String) -> JSONFault {
        var fault = self
        fault.part = key
        return fault
    }

    /// What is wrong with an answer of DynamoDB, and what to do where an item of it is.
    package var ofAnswer: String {
        guard let part else { return description }
        return "the item \(part) is none of this table's form: \(detail). "
            + "`audit-query table verify --records` finds all such items, and docs/operations.md says how to mend them"
    }
}

extension JSONCursor {
    /// The members PK and SK of an item, as they came: `{"PK":{"S":"a"},"SK":{"S":"b"}}`. Nil where there is neither.
    @inline(never)
    fileprivate func itemKey(at start: Int) -> String? {
        var cursor = self
        cursor.position = start
        var members: [String] = []
        // What can be read of an item that cannot be read whole.
        try? cursor.members { cursor, token throws(JSONFault) in
            let name = try cursor.text(token)
            let value = try cursor.value()
            guard name.spells(KeyAttribute.partition.name) || name.spells(KeyAttribute.sort.name) else {
                return
            }
            members.append(
                String(decoding: name.quoted + [UInt8(ascii: ":")] + cursor.bytes[value], as: UTF8.self))
        }
        return members.isEmpty ? nil : "{\(members.sorted().joined(separator: ","))}"
    }
}

extension [UInt8] {
    fileprivate var quoted: [UInt8] {
        var string: [UInt8] = []
        string.append(jsonString: self)
        return string
    }
}

/// Turns typed items into records, one after the other, with one buffer for all of them.
private struct ItemReader {
    private var reader: PlainValueReader
    private var known = KnownKeys()

    init(_ cursor: JSONCursor) {
        reader = PlainValueReader(cursor)
    }

    var cursor: JSONCursor { reader.cursor }

    mutating func records() throws(JSONFault) -> [AuditRecord] {
        var records: [AuditRecord] = []
        try reader.cursor.expect("[")
        guard !reader.cursor.accept("]") else { return records }
        repeat { records.append(try record()) } while reader.cursor.accept(",")
        try reader.cursor.expect("]")
        return records
    }

    /// Passes one item.
    mutating func record() throws(JSONFault) -> AuditRecord {
        _ = reader.cursor.peek()
        let start = reader.cursor.position
        do throws(JSONFault) {
            return try record(from: start)
        } catch {
            throw reader.cursor.itemKey(at: start).map(error.ofItem) ?? error
        }
    }

    @inline(__always)
    private mutating func record(from start: Int) throws(JSONFault) -> AuditRecord {
        var keys = ItemKeys(offset: start)
        reader.begin()
        reader.write("{")
        try reader.cursor.expect("{")
        if !reader.cursor.accept("}") {
            repeat { try member(&keys) } while reader.cursor.accept(",")
            try reader.cursor.expect("}")
        }
        reader.write("}")
        return try keys.record(attributes: Array(reader.plain), &known, reader.cursor)
    }

    @inline(__always)
    private mutating func member(_ keys: inout ItemKeys) throws(JSONFault) {
        let name = try reader.cursor.string()
        try reader.cursor.expect(":")
        if let key = try reader.cursor.keyAttribute(of: name) {
            try keys.take(key, &reader.cursor)
            return
        }
        if reader.plain.count > 1 { reader.write(",") }
        reader.copy(name: name.range)
        try reader.value()
    }
}
