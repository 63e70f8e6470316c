package import AuditRecords
package import AuditStores
internal import JSONBytes

/// A count as the HTTP interface answers it, or a part of one, read by a client of it. It checks that all of it is there.
package struct AnswerCounts: Sendable {
    /// The records.
    package private(set) var count = 0
    /// The groups that are listed, in their order.
    package private(set) var groups: [CountedGroup] = []
    /// Those that are not; nil in an answer that is a part of one, which lists all of its own.
    package private(set) var other: OtherGroups?
    private var frame = AnswerFrame()
    private let keys: [GroupKey]

    /// Where the next part begins; nil after the last.
    package var nextCursor: String? { frame.nextCursor }
    /// The systems that the asking key may see, as patterns.
    package var systems: [String] { frame.systems }

    /// Reads an answer's body. Its groups are by these keys, in ``GroupKey/normalized(_:)`` order.
    ///
    /// - Throws: why it is no count. Cost: one pass over it, and a copy.
    package init(_ body: [UInt8], by keys: [GroupKey]) throws(AnswerPageError) {
        self.keys = keys
        var statesCount = false
        var statesGroups = false
        do throws(JSONFault) {
            var reader = try JSONCursor(body)
            try reader.envelope { reader, name throws(JSONFault) in
                let name = String(decoding: name, as: UTF8.self)
                switch name {
                case "count":
                    count = try reader.wholeNumber()
                    statesCount = true
                case "groups":
                    groups = try readGroups(&reader)
                    statesGroups = true
                case "other": other = try Self.other(&reader)
                default: if try !frame.take(name, &reader) { _ = try reader.value() }
                }
            }
            try reader.end()
        } catch {
            throw AnswerPageError(description: error.description)
        }
        guard frame.isWhole, statesCount, statesGroups == !keys.isEmpty else {
            throw AnswerPageError(
                description: "one of its members is missing: count, groups, \(AnswerFrame.members)")
        }
        guard frame.isConsistent else {
            throw AnswerPageError(description: "hasMore and nextCursor contradict each other")
        }
    }

    /// What was searched.
    ///
    /// - Throws: where its bounds are no instants.
    package func range() throws(AnswerPageError) -> TimeRange {
        func instant(_ text: String?) throws(AnswerPageError) -> Timestamp? {
            guard let text else { return nil }
            guard let instant = try? Timestamp.parse(Array(text.utf8)).instant else {
                throw AnswerPageError(description: "its range has a bound that is no instant")
            }
            return instant
        }
        return TimeRange(start: try instant(frame.start), end: try instant(frame.end))
    }

    /// What it says, to be added to other parts.
    package var tally: Tally {
        var tally = Tally(by: keys)
        tally.add(groups, of: count)
        return tally
    }

    private func readGroups(_ reader: inout JSONCursor) throws(JSONFault) -> [CountedGroup] {
        var groups: [CountedGroup] = []
        try reader.elements { reader throws(JSONFault) in
            var (group, count) = (Group?.none, Int?.none)
            let start = reader.position
            try reader.envelope { reader, name throws(JSONFault) in
                switch String(decoding: name, as: UTF8.self) {
                case "by": group = try readGroup(&reader)
                case "count": count = try reader.wholeNumber()
                default: _ = try reader.value()
                }
            }
            guard let group, let count else { throw reader.fault("a group lacks by or count", at: start) }
            groups.append((group, count))
        }
        return groups
    }

    private func readGroup(_ reader: inout JSONCursor) throws(JSONFault) -> Group {
        var values: [GroupValue?] = keys.map { _ in nil }
        let names = keys.map { Array($0.description.utf8) }
        try reader.envelope { reader, name throws(JSONFault) in
            guard let place = names.firstIndex(of: name) else {
                throw reader.fault("a group is by something that was not asked for")
            }
            values[place] = try Self.value(&reader, keys[place])
        }
        let known = values.compactMap { $0 }
        guard known.count == keys.count else {
            throw reader.fault("a group lacks something that was asked for")
        }
        return Group(known)
    }

    private static func value(_ reader: inout JSONCursor, _ key: GroupKey) throws(JSONFault) -> GroupValue {
        let first = reader.peek()
        if let unit = key.unit {
            let text = try reader.text(try reader.string())
            guard let bucket = TimeBucket(unit, text) else {
                throw reader.fault("this is no \(unit.rawValue)")
            }
            return .time(bucket)
        }
        switch first {
        case UInt8(ascii: "\""): return .text(Identifier(try reader.text(try reader.string())))
        case UInt8(ascii: "n"):
            try reader.word("null")
            return .none
        case UInt8(ascii: "t"), UInt8(ascii: "f"):
            try reader.word(first == UInt8(ascii: "t") ? "true" : "false")
            return .boolean(first == UInt8(ascii: "t"))
        default: return GroupValue(number: reader.bytes[try reader.number()])
        }
    }

    private static func other(_ reader: inout JSONCursor) throws(JSONFault) -> OtherGroups {
        var other = OtherGroups()
        try reader.envelope { reader, name throws(JSONFault) in
            switch String(decoding: name, as: UTF8.self) {
            case "groups": other.groups = try reader.wholeNumber()
            case "count": other.count = try reader.wholeNumber()
            default: _ = try reader.value()
            }
        }
        return other
    }
}
