internal import AuditRecords
internal import JSONBytes

/// What DescribeStream answers (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html).
struct ShardPage: Decodable {
    // Members are called as the service calls them.
    struct Description: Decodable {
        let Shards: [Shard]?
        let LastEvaluatedShardId: String?
    }

    struct Shard: Decodable {
        struct Range: Decodable { let StartingSequenceNumber, EndingSequenceNumber: String? }

        let ShardId: String
        let ParentShardId: String?
        let SequenceNumberRange: Range?

        var shard: StreamShard {
            StreamShard(
                id: ShardId, parent: ParentShardId,
                first: SequenceNumberRange?.StartingSequenceNumber.flatMap { SequenceNumber($0.utf8) },
                isClosed: SequenceNumberRange?.EndingSequenceNumber != nil)
        }
    }

    let StreamDescription: Description
}

/// What GetShardIterator answers.
struct IteratorAnswer: Decodable {
    let ShardIterator: String?
}

/// A record of a stream: what became of an item.
struct StreamEntry: Sendable {
    let number: SequenceNumber
    /// When it was written, in seconds since 1970, roughly.
    let created: Int64
    /// What was written; nil where an item was removed, or is no record.
    let record: AuditRecord?

    /// Bytes that it takes, roughly.
    var byteCount: Int { 96 + (record?.byteCount ?? 0) }
}

/// What GetRecords answers (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html).
struct StreamAnswer: Sendable {
    private(set) var entries: [StreamEntry] = []
    /// Items that are no records of this table's form, and none of its list of systems: no question would find them.
    private(set) var faults: [ItemFault] = []
    /// Where to go on; nil at the end of a shard that is closed.
    private(set) var next: String?

    /// Reads the body of an answer, all of it.
    init(_ body: [UInt8]) throws(JSONFault) {
        var cursor = try JSONCursor(body)
        var hasRecords = false
        try cursor.envelope { cursor, name throws(JSONFault) in
            if name.spells("Records") {
                hasRecords = true
                try cursor.elements { cursor throws(JSONFault) in try take(&cursor) }
            } else if name.spells("NextShardIterator"), cursor.peek() != UInt8(ascii: "n") {
                next = String(decoding: try cursor.text(try cursor.string()), as: UTF8.self)
            } else {
                _ = try cursor.value()
            }
        }
        try cursor.end()
        guard hasRecords else { throw JSONFault(offset: body.count, detail: "Records is missing") }
    }

    private mutating func take(_ cursor: inout JSONCursor) throws(JSONFault) {
        let start = cursor.position
        var change = StreamChange()
        try cursor.envelope { cursor, name throws(JSONFault) in
            if name.spells("eventName") {
                change.isRemoval = try cursor.text(try cursor.string()).spells("REMOVE")
            } else if name.spells("dynamodb") {
                try change.take(&cursor)
            } else {
                _ = try cursor.value()
            }
        }
        guard let number = change.number else {
            throw cursor.fault("a record has no SequenceNumber", at: start)
        }
        var record: AuditRecord?
        if !change.isRemoval {
            guard let item = change.item else {
                throw cursor.fault(
                    "a record has no NewImage: the stream's view type has to be NEW_AND_OLD_IMAGES or NEW_IMAGE",
                    at: start)
            }
            switch item {
            case .success(let found): record = found
            case .failure(let fault): faults.append(ItemFault(key: fault.part ?? "{}", detail: fault.detail))
            }
        }
        entries.append(StreamEntry(number: number, created: change.created, record: record))
    }
}

/// A record of a stream while it is read.
private struct StreamChange {
    var isRemoval = false
    var number: SequenceNumber?
    var created: Int64 = .max
    /// What was written, nil for one of the list of systems; or why it is no record.
    var item: Result<AuditRecord?, JSONFault>?

    mutating func take(_ cursor: inout JSONCursor) throws(JSONFault) {
        try cursor.envelope { cursor, name throws(JSONFault) in
            if name.spells("SequenceNumber") {
                let text = try cursor.text(try cursor.string())
                guard let found = SequenceNumber(text) else {
                    throw cursor.fault(
                        "a SequenceNumber is not decimal digits, at most \(SequenceNumber.mostDigits)")
                }
                number = found
            } else if name.spells("ApproximateCreationDateTime") {
                let digits = try cursor.number()
                created =
                    Double(String(decoding: cursor.bytes[digits], as: UTF8.self)).flatMap {
                        Int64(exactly: $0.rounded(.down))
                    } ?? .max
            } else if name.spells("NewImage") {
                item = try cursor.streamItem()
            } else {
                _ = try cursor.value()
            }
        }
    }
}
