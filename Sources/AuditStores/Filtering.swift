package import AuditRecords

/// What the asking key may see of a record's attributes, the text of one object. Filters and searches see no more.
package typealias Sight = @Sendable (AuditRecord) throws(StoreError) -> [UInt8]

extension RecordQuery {
    /// What records are held against one by one, if anything.
    package var condition: RecordCondition? { RecordCondition(filter: filter, search: search) }
}

/// A question's filter and search at work on one page: what it has looked at, and how much more is worth reading for it at once.
///
/// Nothing that it decides depends on what the asking key may not see, but by the time that takes.
struct Filtering {
    private let condition: RecordCondition
    private let sight: Sight?
    /// Records that it was held against here, and those of them that passed.
    private var held = 0
    private var kept = 0
    /// What the former took.
    private var size = 0
    /// Records that the store has left out.
    private var leftOut = 0
    /// Those since the page was full.
    private var lookedBehind = 0
    /// Bytes since the clock was looked at.
    private var bytes = 0

    /// A full page looks at so many records for one more that passes. Then it says that there is more, though there may
    /// not be: who asks for ten records that are found at once does not wait for the eleventh, which is nowhere.
    private static let mostBehind = PartitionRead.mostBehind
    /// So many of them are read at first.
    private static let fewestBehind = 32
    /// The most records to read at once.
    private static let mostRead = 1000
    /// Room is wanted for so many bytes: most of what is read is not kept, and a round trip is to be worth it.
    static let usualBytes = 1 << 20
    /// After so many bytes the clock is looked at: some milliseconds' work for the worst of filters.
    private static let bytesOfLook = 1 << 18

    init(_ condition: RecordCondition, sight: Sight?) {
        self.condition = condition
        self.sight = sight
    }

    /// Whether a record passes.
    mutating func keeps(_ record: AuditRecord) throws(StoreError) -> Bool {
        let attributes = try sight?(record) ?? record.attributes
        held += 1
        size += record.byteCount
        bytes += attributes.count
        do {
            guard try condition.matches(record, attributes: attributes) else { return false }
        } catch {
            throw StoreError(unreadable: record, to: "held against a filter or a search", error)
        }
        kept += 1
        return true
    }

    /// How many records to read for so many that pass, into so many bytes, as both went up to now.
    func readLimit(wanted: Int, freeBytes: Int) -> Int {
        guard held > 0 else { return wanted }
        let likely = min(wanted * held / max(kept, 1), Self.mostRead)
        return max(1, min(max(wanted, likely), freeBytes / max(1, size / held)))
    }

    /// How many records to read behind a full page for one that passes, into so many bytes: more and more.
    func readLimitBehind(freeBytes: Int) -> Int {
        let wanted = min(max(Self.fewestBehind, 3 * lookedBehind), Self.mostBehind - lookedBehind)
        return max(1, min(wanted, freeBytes / max(1, size / max(1, held))))
    }

    /// How many records were looked at, here or by the store.
    var looked: Int { held + leftOut }

    /// Notes that a store has left out so many.
    mutating func note(leftOut count: Int) { leftOut += count }

    /// Whether enough is looked at behind a full page, now that one more record has not passed, or so many.
    mutating func isEnoughBehind(_ count: Int = 1) -> Bool {
        lookedBehind += count
        return lookedBehind >= Self.mostBehind
    }

    /// Whether so much was looked at that the page's time may be over.
    mutating func isClockDue() -> Bool {
        guard bytes >= Self.bytesOfLook else { return false }
        bytes = 0
        return true
    }
}

extension StoreError {
    /// A record's attributes are no JSON, so that something cannot be done with it.
    package init(unreadable record: AuditRecord, to deed: String, _ fault: some Error) {
        self.init(
            .unreadable,
            "a record cannot be \(deed): systemId \(record.key.systemId.quoted), "
                + "auditId \(record.key.auditId.quoted), attributes: \(fault)")
    }
}
