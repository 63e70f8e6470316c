internal import AuditStores
internal import AuditRecords
internal import JSONBytes

/// The body of a Query (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html).
///
/// No projection: a page shows the whole of its records, and DynamoDB charges for the items as they are.
struct QueryBody {
    private let start: [UInt8]
    let isFiltered: Bool
    /// What it asks, where somebody wants it explained.
    let access: StoreAccess?

    init(_ read: PartitionRead, _ keys: SortKeyRange, in table: DynamoDBTable, shard: Int? = nil) {
        let way = table.way(for: read, shard: shard)
        let filter = FilterExpression(read, on: way)
        isFiltered = filter.text != nil
        access = read.trace.map { _ in StoreAccess(way, keys, filter, in: table) }
        var body: [UInt8] = []
        body.append(json: "{\"TableName\":")
        body.append(jsonString: table.name.utf8)
        if let index = way.index {
            body.append(json: ",\"IndexName\":")
            body.append(jsonString: index.utf8)
        }
        // DynamoDB refuses it of an index that has not all attributes, whose records would be short of some.
        if way.attribute != nil { body.append(json: ",\"Select\":\"ALL_ATTRIBUTES\"") }
        body.append(json: ",\"KeyConditionExpression\":\"")
        body.append(contentsOf: way.partitionKeyPlaceholder)
        body.append(json: " = :p")
        if let condition = keys.condition {
            body.append(json: " AND ")
            body.append(json: way.sortKey.name)
            body.append(json: condition)
        }
        body.append(json: "\",\"ExpressionAttributeValues\":{\":p\":")
        body.append(typedString: way.value)
        for (name, value) in keys.values {
            body.append(contentsOf: ",\"\(name)\":".utf8)
            body.append(typedString: value)
        }
        body.append(placeholdersOf: filter, on: way)
        if let text = filter.text {
            body.append(json: ",\"FilterExpression\":")
            body.append(jsonString: text.utf8)
        }
        body.append(json: ",\"ReturnConsumedCapacity\":\"TOTAL\",\"ScanIndexForward\":")
        body.append(json: read.order == .ascending ? "true" : "false")
        start = body
    }

    /// The body that asks for `limit` items, from where the page before ended.
    func bytes(limit: Int, startKey: [UInt8]?) -> [UInt8] {
        var body = start
        body.append(contentsOf: ",\"Limit\":\(limit)".utf8)
        if let startKey {
            body.append(json: ",\"ExclusiveStartKey\":")
            body.append(contentsOf: startKey)
        }
        body.append(json: "}")
        return body
    }
}

extension DynamoDBTable.Way {
    /// Stands for an attribute's name, which may be a word of DynamoDB's.
    fileprivate static let placeholder = "#k"

    /// What the partition key is called in expressions.
    fileprivate var partitionKeyPlaceholder: [UInt8] {
        attribute == nil ? partitionKey : Array(Self.placeholder.utf8)
    }
}

extension SortKeyRange {
    /// What follows the sort key's name; nil when nothing bounds it.
    fileprivate var condition: StaticString? {
        switch (lower, upper) {
        case (nil, nil): nil
        case (_?, nil): " >= :l"
        case (nil, _?): " <= :u"
        case (_?, _?): " BETWEEN :l AND :u"
        }
    }

    fileprivate var values: [(name: String, value: [UInt8])] {
        [(":l", lower), (":u", upper)].compactMap { name, value in value.map { (name, $0) } }
    }
}

extension StoreAccess {
    /// A Query, in the words of its expressions.
    fileprivate init(
        _ way: DynamoDBTable.Way, _ keys: SortKeyRange, _ filter: FilterExpression, in table: DynamoDBTable
    ) {
        func quoted(_ value: [UInt8]) -> String { String(reflecting: String(decoding: value, as: UTF8.self)) }
        var bounds = "\(String(decoding: way.partitionKey, as: UTF8.self)) = \(quoted(way.value))"
        if let condition = keys.condition {
            let values = keys.values.map { "\($0.name) = \(quoted($0.value))" }.joined(separator: ", ")
            bounds += " AND \(way.sortKey.name)\(condition), \(values)"
        }
        let values =
            (filter.names + filter.strings).map { "\($0.name) = \(quoted($0.value))" }
            + filter.numbers.map { "\($0.name) = \($0.value)" }
            + filter.booleans.map { "\($0.name) = \($0.value)" }
        self.init(
            index: way.index.map { "\($0) of the table \(table.name)" } ?? "the table \(table.name)",
            bounds: bounds,
            condition: filter.text.map { "FilterExpression \($0), \(values.joined(separator: ", "))" })
    }
}

extension [UInt8] {
    /// Appends what a filter's placeholders of values stand for, the end of those, and what those of names do.
    fileprivate mutating func append(placeholdersOf filter: FilterExpression, on way: DynamoDBTable.Way) {
        for (name, value) in filter.strings {
            append(contentsOf: ",\"\(name)\":".utf8)
            append(typedString: value)
        }
        for (name, value) in filter.numbers {
            append(contentsOf: ",\"\(name)\":{\"N\":\"\(value)\"}".utf8)
        }
        for (name, value) in filter.booleans {
            append(contentsOf: ",\"\(name)\":{\"BOOL\":\(value)}".utf8)
        }
        append(json: "}")
        let names = (way.attribute.map { [(DynamoDBTable.Way.placeholder, $0.bytes)] } ?? []) + filter.names
        for (index, (name, value)) in names.enumerated() {
            append(json: index == 0 ? ",\"ExpressionAttributeNames\":{" : ",")
            append(contentsOf: "\"\(name)\":".utf8)
            append(jsonString: value)
        }
        if !names.isEmpty { append(json: "}") }
    }

    /// Appends a string as DynamoDB's JSON has it.
    mutating func append(typedString text: some Collection<UInt8>) {
        append(json: "{\"S\":")
        append(jsonString: text)
        append(json: "}")
    }
}

extension [UInt8] {
    /// Appends a Query of a whole partition of the table itself, but for the brace that closes it.
    mutating func append(queryOf partition: [UInt8], in table: String) {
        append(json: "{\"TableName\":")
        append(jsonString: table.utf8)
        append(json: ",\"KeyConditionExpression\":\"PK = :p\",\"ExpressionAttributeValues\":{\":p\":")
        append(typedString: partition)
        append(json: "}")
    }
}
