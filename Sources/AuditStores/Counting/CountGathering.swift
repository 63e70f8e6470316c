internal import AuditRecords

/// Counts what a reading lets through.
struct CountGathering: Gathering {
    private(set) var tally: Tally
    private let sight: Sight?
    /// Whether a key is an attribute, for which records have to be looked into.
    private let looksInto: Bool

    /// What is worth reading at once: none of it is kept.
    static let mostRead = 1000

    init(by keys: [GroupKey], sight: Sight?) {
        tally = Tally(by: keys)
        self.sight = sight
        looksInto = keys.contains { if case .attribute = $0 { true } else { false } }
    }

    var byteCount: Int { tally.byteCount }
    var isEmpty: Bool { tally.count == 0 }
    var isFull: Bool { false }
    var wanted: Int { Self.mostRead }
    var enough: Int? { nil }

    mutating func take(
        _ record: AuditRecord, _ room: inout AnswerRoom, until end: ContinuousClock.Instant
    ) throws(StoreError) -> Bool {
        let groups = try groups(of: record)
        guard tally.groupCount(with: groups) <= Tally.mostGroups else { throw .tooManyGroups }
        let growth = tally.growth(with: groups)
        if growth > 0, !room.grow(toHold: byteCount + growth, until: end), !isEmpty { return false }
        tally.add(groups)
        return true
    }

    /// The groups that a record is in: each value of one key with each of the other.
    private func groups(of record: AuditRecord) throws(StoreError) -> [Group] {
        guard !tally.keys.isEmpty else { return [] }
        let attributes = looksInto ? try sight?(record) ?? record.attributes : []
        var values: [[GroupValue]] = []
        for key in tally.keys {
            do {
                values.append(try record.values(of: key, attributes: attributes))
            } catch {
                throw StoreError(unreadable: record, to: "put into groups", error)
            }
        }
        guard values.count == 2 else { return values[0].map { Group([$0]) } }
        // Each of them is a group of its own, and so many are never made.
        guard values[0].count * values[1].count <= Tally.mostGroups else { throw .tooManyGroups }
        return values[0].flatMap { first in values[1].map { Group([first, $0]) } }
    }
}

extension StoreError {
    /// There are more groups than an answer may have.
    package static var tooManyGroups: StoreError {
        StoreError(.tooLarge, "the records are in more than \(Tally.mostGroups) groups")
    }
}
