package import AuditRecords
package import AuditStores
package import AWS
internal import JSONBytes

/// The list of a table's systems that its writers keep in it.
///
/// Reading it needs `dynamodb:Query` on the table, and costs a read unit for each 4 KB of names; adding to it needs
/// `dynamodb:BatchWriteItem`. A system that is added twice, or by two at once, is listed once.
package struct SystemList: Sendable {
    /// What is listed.
    package struct Contents: Hashable, Sendable {
        /// The systems.
        package var systems: Set<Identifier> = []
        /// Whether somebody has seen to it that none is missing.
        package var isComplete = false
        /// Whether there are more, which were not read.
        package var isCut = false

        mutating func note(_ content: SystemListItem.Content) {
            switch content {
            case .isComplete: isComplete = true
            case .system(let name): systems.insert(name)
            }
        }
    }

    /// The most systems that a scan finds.
    package static let mostSystems = 100_000

    let calls: DynamoDBCalls

    /// The list of a table in the client's region.
    package init(table: String, client: ServiceClient) {
        self.init(calls: DynamoDBCalls(client: client, table: table))
    }

    init(calls: DynamoDBCalls) { self.calls = calls }

    /// What is listed now: so many systems, and whether there are more. One request for each MB.
    package func contents(
        most: Int, deadline: ContinuousClock.Instant
    ) throws(StoreError) -> Contents {
        var contents = Contents()
        var startKey: [UInt8]?
        repeat {
            var usage = StoreUsage.none
            let body = body(startKey)
            let answer = try calls.call(.query, body, deadline: deadline, usage: &usage) {
                bytes throws(JSONFault) in
                (try SystemListAnswer(bytes), 0)
            }
            for content in answer.contents { contents.note(content) }
            contents.isCut = contents.systems.count > most
            guard answer.lastEvaluatedKey != startKey || startKey == nil else {
                throw StoreError(.unavailable, "DynamoDB gives the same LastEvaluatedKey again and again")
            }
            startKey = answer.lastEvaluatedKey
        } while startKey != nil && !contents.isCut
        return contents
    }

    /// Adds systems, and when they are all that the table has, says so behind them.
    package func add(_ systems: [Identifier], completing: Bool) throws(StoreError) {
        let write = SystemListWrite(table: calls.table, calls: calls)
        try write.put(systems.map { .system($0) })
        if completing { try write.put([.isComplete]) }
    }

    /// A Query of the whole partition, of what was written before.
    private func body(_ startKey: [UInt8]?) -> [UInt8] {
        var body: [UInt8] = []
        body.append(queryOf: SystemListItem.partition, in: calls.table)
        body.append(json: ",\"ConsistentRead\":true")
        if let startKey {
            body.append(json: ",\"ExclusiveStartKey\":")
            body.append(contentsOf: startKey)
        }
        body.append(json: "}")
        return body
    }
}

/// What DynamoDB answers to a Query of the list.
private struct SystemListAnswer: Sendable {
    private(set) var contents: [SystemListItem.Content] = []
    private(set) var lastEvaluatedKey: [UInt8]?

    init(_ body: [UInt8]) throws(JSONFault) {
        var cursor = try JSONCursor(body)
        var hasItems = false
        try cursor.envelope { cursor, name throws(JSONFault) in
            if name.spells("Items") {
                hasItems = true
                try cursor.elements { cursor throws(JSONFault) in
                    guard let content = try cursor.systemListItem() else {
                        throw cursor.fault("an item of the list of systems has no name")
                    }
                    contents.append(content)
                }
            } else {
                let value = try cursor.value()
                guard name.spells("LastEvaluatedKey"), cursor.bytes[value.lowerBound] != UInt8(ascii: "n")
                else { return }
                lastEvaluatedKey = Array(cursor.bytes[value])
            }
        }
        try cursor.end()
        guard hasItems else { throw JSONFault(offset: body.count, detail: "Items is missing") }
    }
}
