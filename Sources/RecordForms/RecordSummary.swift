internal import AuditRecords
internal import JSONBytes

/// What forms of others have places of their own for, of a record's attributes: those that `load` makes of every format.
struct RecordSummary {
    enum Outcome {
        case success, failure, denied, unknown
    }

    /// What was done: a text that is not empty; nil where no such text says it.
    private(set) var action: [UInt8]?
    private(set) var outcome = Outcome.unknown
    /// Where from; nil where nothing says it, or something that is no address.
    private(set) var address: NetworkAddress?
    /// The class and the activity that an event of OCSF had.
    private(set) var eventClass: Int?
    private(set) var activity: Int?

    /// Reads them in one pass.
    ///
    /// - Throws: where these are no JSON object.
    init(_ attributes: [UInt8]) throws(JSONFault) {
        var cursor = try JSONCursor(attributes, allowsHalfPairs: true)
        try cursor.members { cursor, name throws(JSONFault) in
            // What `load` writes has no escapes in these names; other writers' names are looked at as they are spelt, too.
            let word = cursor.bytes[name.range]
            if word.spells("\"details\""), cursor.peek() == UInt8(ascii: "{") {
                return try readDetails(&cursor)
            }
            guard cursor.peek() == UInt8(ascii: "\"") else {
                _ = try cursor.value()
                return
            }
            let text = try cursor.string().range
            if word.spells("\"action\"") {
                let action = decodeJSONString(cursor.bytes[text]) ?? Array(cursor.bytes[text])
                self.action = action.isEmpty ? nil : action
            } else if word.spells("\"outcome\"") {
                outcome = Self.outcome(cursor.bytes[text])
            } else if word.spells("\"sourceIp\"") {
                let address = Array(cursor.bytes[(text.lowerBound + 1)..<(text.upperBound - 1)])
                self.address = NetworkAddress(asWritten: address.span)
            }
        }
        try cursor.end()
    }

    private mutating func readDetails(_ cursor: inout JSONCursor) throws(JSONFault) {
        var (eventClass, activity) = (nil as Int?, nil as Int?)
        try cursor.members { cursor, name throws(JSONFault) in
            let value = try cursor.value(depth: 1)
            let word = cursor.bytes[name.range]
            if word.spells("\"class_uid\"") {
                eventClass = Int(String(decoding: cursor.bytes[value], as: UTF8.self))
            } else if word.spells("\"activity_id\"") {
                activity = Int(String(decoding: cursor.bytes[value], as: UTF8.self))
            }
        }
        (self.eventClass, self.activity) = (eventClass, activity)
    }

    private static func outcome(_ word: ArraySlice<UInt8>) -> Outcome {
        if word.spells("\"success\"") { return .success }
        if word.spells("\"failure\"") { return .failure }
        return word.spells("\"denied\"") ? .denied : .unknown
    }
}
