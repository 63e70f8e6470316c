internal import Foundation

/// What DynamoDB refuses of a request before it looks at any item: its documented rules, of which emulators check some.
/// For Query, Scan, BatchGetItem, BatchWriteItem and PutItem; other operations are let through.
///
/// Sources are named at each rule: DG is the Amazon DynamoDB Developer Guide, API its API Reference. Where those are
/// silent, the wording and the case are those that dynalite found out of the real service.
package struct RequestRules: Sendable {
    /// The key of a table or an index, all of type S.
    package struct Key: Sendable, Hashable {
        let partition: String
        let sort: String?

        var names: [String] { [partition] + (sort.map { [$0] } ?? []) }
    }

    /// The keys of a table and of its indexes, by their names.
    package struct Layout: Sendable {
        let key: Key
        let indexes: [String: Key]
        /// Those that have not all attributes.
        var partial: Set<String> = []

        /// The table of audit records.
        package static let auditRecords = Layout(
            key: Key(partition: "PK", sort: "SK"),
            indexes: [
                "GSI1": Key(partition: "GS1_PK", sort: "GS1_SK"),
                "GSI2": Key(partition: "GSI2_PK", sort: "GSI2_SK"),
            ])
    }

    /// Why a request is refused.
    struct Refusal: Error {
        let message: String

        init(_ message: String) { self.message = message }
    }

    private var layouts: [String: Layout] = [:]

    /// Rules of the table of audit records, for every table that ``learn(_:)`` was not told of.
    package init() {}

    /// Takes note of the keys in the body of a CreateTable.
    package mutating func learn(_ createTable: [UInt8]) {
        guard let body = try? Self.object(createTable), let table = body["TableName"] as? String,
            let key = Self.key(body["KeySchema"])
        else { return }
        let indexes = (body["GlobalSecondaryIndexes"] as? [[String: Any]] ?? []).compactMap { index in
            (index["IndexName"] as? String).flatMap { name in
                Self.key(index["KeySchema"]).map { (name, $0) }
            }
        }
        let partial = (body["GlobalSecondaryIndexes"] as? [[String: Any]] ?? []).filter { index in
            (index["Projection"] as? [String: Any])?["ProjectionType"] as? String != "ALL"
        }.compactMap { $0["IndexName"] as? String }
        layouts[table] = Layout(
            key: key, indexes: Dictionary(indexes) { first, _ in first }, partial: Set(partial))
    }

    /// The message of the ValidationException that a request gets; nil for one that is taken.
    package func refusal(of operation: String, _ body: [UInt8]) -> String? {
        do {
            let request = try Self.object(body)
            switch operation {
            case "Query": try checkQuery(request)
            case "Scan": try checkScan(request)
            case "BatchGetItem": try checkBatchGet(request)
            case "BatchWriteItem": try checkBatchWrite(request, byteCount: body.count)
            case "PutItem": try checkPut(request)
            default: break
            }
            return nil
        } catch let refusal as Refusal {
            return refusal.message
        } catch {
            return "\(error)"
        }
    }

    // MARK: Reading

    private func checkQuery(_ request: [String: Any]) throws {
        let layout = try layout(request)
        let key = try key(of: request, layout)
        let expressions = try ExpressionUse(request)
        // API, Query, KeyConditionExpression.
        guard let condition = try expressions.condition("KeyConditionExpression") else {
            throw Refusal(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
            )
        }
        let bounds = try KeyCondition(condition, key: key, values: expressions.values)
        // DG, "Filter expressions for the Query operation": "A filter expression cannot contain partition key or
        // sort key attributes." Of the index, where one is read.
        if let filter = try expressions.condition("FilterExpression") {
            for name in key.names where filter.attributes.contains(name) {
                throw Refusal(
                    "Filter Expression can only contain non-primary key attributes: Primary key attribute: \(name)"
                )
            }
        }
        _ = try expressions.condition("ProjectionExpression")
        try expressions.checkAllUsed()
        try checkPaging(request)
        // API, Query, ConsistentRead.
        if request["IndexName"] != nil, request["ConsistentRead"] as? Bool == true {
            throw Refusal("Consistent reads are not supported on global secondary indexes")
        }
        // API, Query, Select: of an index ALL_ATTRIBUTES is for those that have all of them.
        if request["Select"] as? String == "ALL_ATTRIBUTES", let index = request["IndexName"] as? String,
            layout.partial.contains(index)
        {
            throw Refusal(
                "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global "
                    + "secondary index \(index) because its projection type is not ALL")
        }
        if let start = try startKey(request, layout.key, key) { try bounds.check(start) }
    }

    private func checkScan(_ request: [String: Any]) throws {
        let layout = try layout(request)
        let key = try key(of: request, layout)
        let expressions = try ExpressionUse(request)
        _ = try expressions.condition("FilterExpression")
        _ = try expressions.condition("ProjectionExpression")
        try expressions.checkAllUsed()
        try checkPaging(request)
        _ = try startKey(request, layout.key, key)
        // API, Scan, Segment and TotalSegments.
        switch (request["Segment"] as? Int, request["TotalSegments"] as? Int) {
        case (nil, nil): break
        case (let segment?, let total?):
            guard (1...1_000_000).contains(total) else {
                throw Refusal("TotalSegments \(total) is not from 1 to 1000000")
            }
            guard (0..<total).contains(segment) else {
                throw Refusal("Segment: \(segment) is not less than TotalSegments: \(total)")
            }
        default: throw Refusal("Segment and TotalSegments are required together")
        }
    }

    /// API, Query, Limit: at least 1.
    private func checkPaging(_ request: [String: Any]) throws {
        guard let limit = request["Limit"] else { return }
        guard let limit = limit as? Int, limit >= 1 else {
            throw Refusal("Value '\(limit)' at 'limit' must be greater than or equal to 1")
        }
    }

    /// The ExclusiveStartKey, which is a key of the table, and of the index that is read: nothing less, nothing else.
    private func startKey(
        _ request: [String: Any], _ table: Key, _ index: Key
    ) throws -> [String: [UInt8]]? {
        guard let start = request["ExclusiveStartKey"], !(start is NSNull) else { return nil }
        guard let members = start as? [String: Any], Set(members.keys) == Set(table.names + index.names)
        else {
            throw Refusal("The provided starting key is invalid")
        }
        return try ItemRules.keys(members, [table, index])
    }

    private func checkBatchGet(_ request: [String: Any]) throws {
        var count = 0
        for (table, wanted) in try tables(request) {
            guard let wanted = wanted as? [String: Any], let keys = wanted["Keys"] as? [[String: Any]],
                !keys.isEmpty
            else { throw Refusal("Member must have length greater than or equal to 1: Keys") }
            let expressions = try ExpressionUse(wanted)
            _ = try expressions.condition("ProjectionExpression")
            try expressions.checkAllUsed()
            let key = layout(of: table).key
            var seen: Set<[[UInt8]]> = []
            for members in keys {
                guard Set(members.keys) == Set(key.names) else {
                    throw Refusal("The provided key element does not match the schema")
                }
                let found = try ItemRules.keys(members, [key])
                guard seen.insert(key.names.compactMap { found[$0] }).inserted else {
                    throw Refusal("Provided list of item keys contains duplicates")
                }
            }
            count += keys.count
        }
        // API, BatchGetItem: "as many as 100 items".
        guard count <= 100 else { throw Refusal("Too many items requested for the BatchGetItem call") }
    }

    // MARK: Writing

    private func checkBatchWrite(_ request: [String: Any], byteCount: Int) throws {
        var count = 0
        for (table, wanted) in try tables(request) {
            guard let requests = wanted as? [[String: Any]], !requests.isEmpty else {
                throw Refusal("Member must have length greater than or equal to 1: RequestItems")
            }
            let layout = layout(of: table)
            var seen: Set<[[UInt8]]> = []
            for each in requests {
                guard each.count == 1, let (kind, content) = each.first,
                    let content = content as? [String: Any]
                else {
                    throw Refusal("Supplied AttributeValue has more than one datatypes set")
                }
                let members = content[kind == "PutRequest" ? "Item" : "Key"] as? [String: Any] ?? [:]
                let found =
                    kind == "PutRequest"
                    ? try ItemRules.check(item: members, layout) : try ItemRules.keys(members, [layout.key])
                guard seen.insert(layout.key.names.compactMap { found[$0] }).inserted else {
                    throw Refusal("Provided list of item keys contains duplicates")
                }
            }
            count += requests.count
        }
        // API, BatchWriteItem: 25 requests, and 16 MB as they are sent.
        guard count <= 25 else { throw Refusal("Too many items requested for the BatchWriteItem call") }
        guard byteCount <= 16 << 20 else { throw Refusal("The request is over 16 MB") }
    }

    private func checkPut(_ request: [String: Any]) throws {
        let layout = try layout(request)
        let expressions = try ExpressionUse(request)
        _ = try expressions.condition("ConditionExpression")
        try expressions.checkAllUsed()
        _ = try ItemRules.check(item: request["Item"] as? [String: Any] ?? [:], layout)
    }

    // MARK: Parts

    private static func object(_ body: [UInt8]) throws -> [String: Any] {
        // Foundation loses a byte order mark at the beginning of a string, where a name of a system may have one.
        let text = String(decoding: body, as: UTF8.self).replacing("\u{FEFF}", with: "\\ufeff")
        guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            throw Refusal("SerializationException: the body is no JSON object")
        }
        return object
    }

    private static func key(_ schema: Any?) -> Key? {
        let elements = schema as? [[String: String]] ?? []
        func name(_ type: String) -> String? { elements.first { $0["KeyType"] == type }?["AttributeName"] }
        return name("HASH").map { Key(partition: $0, sort: name("RANGE")) }
    }

    private func tables(_ request: [String: Any]) throws -> [String: Any] {
        guard let tables = request["RequestItems"] as? [String: Any], !tables.isEmpty else {
            throw Refusal("Value null or empty at 'requestItems'")
        }
        return tables
    }

    private func layout(_ request: [String: Any]) throws -> Layout {
        guard let table = request["TableName"] as? String, table.count >= 3 else {
            throw Refusal("Value null at 'tableName' failed to satisfy constraint: Member must not be null")
        }
        return layout(of: table)
    }

    private func layout(of table: String) -> Layout { layouts[table] ?? .auditRecords }

    private func key(of request: [String: Any], _ layout: Layout) throws -> Key {
        guard let name = request["IndexName"] as? String else { return layout.key }
        guard let key = layout.indexes[name] else {
            throw Refusal("The table does not have the specified index: \(name)")
        }
        return key
    }
}
