import AuditRecords
import AuditStores
import Evidence
import Loading

/// How a system's day in one store differs from the same day in another.
struct DayComparison: Equatable {
    /// Records that both have, and that say the same.
    private(set) var equal = 0
    /// Records that only the first one has.
    private(set) var missing = 0
    /// Records of one key that do not say the same.
    private(set) var different = 0
    /// Records that only the second one has.
    private(set) var extra = 0

    /// Whether the second one has all that the first one has.
    var isWhole: Bool { missing == 0 && different == 0 }
    var isEqual: Bool { isWhole && extra == 0 }

    /// Walks through both in their order, once, and hands out each record of the first that the second one does not have as it is.
    init(
        of subject: SealedDay, in source: any RecordStore, and target: any RecordStore,
        _ lacks: (AuditRecord) throws(StoreError) -> Void
    ) throws(StoreError) {
        var (sources, targets) = (RecordStream(source, of: subject), RecordStream(target, of: subject))
        var (mine, theirs) = (try sources.next(), try targets.next())
        while let record = mine {
            if let other = theirs, other.key < record.key {
                extra += 1
                theirs = try targets.next()
                continue
            }
            if let other = theirs, other.key == record.key {
                theirs = try targets.next()
                if record.says(theSameAs: other) {
                    equal += 1
                } else {
                    different += 1
                    try lacks(record)
                }
            } else {
                missing += 1
                try lacks(record)
            }
            mine = try sources.next()
        }
        while theirs != nil {
            extra += 1
            theirs = try targets.next()
        }
    }

    /// A day of which only the second store has anything.
    init(extra: Int) { self.extra = extra }
}
