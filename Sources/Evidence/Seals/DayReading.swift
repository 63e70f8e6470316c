package import AuditRecords
package import JSONBytes

/// Takes a day's records as they come out of a store, in order, and makes of them what a seal says. Holds an outline and one
/// record, however many there are.
package struct DayReading {
    private let hasher: TreeHasher
    private var leaves: RecordLeaves
    private var tree = TreeFrontier()
    /// The day in short.
    package private(set) var outline: DayOutline
    private var comparison: DayComparison?

    /// A reading by a hasher; beside what was sealed, to tell what differs, as far as an outline is there.
    package init(by hasher: TreeHasher, beside sealed: DayOutline? = nil) {
        self.init(by: hasher, beside: sealed, into: DayOutline())
    }

    init(by hasher: TreeHasher, beside sealed: DayOutline?, into outline: DayOutline) {
        self.hasher = hasher
        self.outline = outline
        leaves = RecordLeaves(by: hasher)
        comparison = sealed.map { DayComparison(with: $0, by: hasher) }
    }

    /// Takes the next record.
    ///
    /// - Throws: where what it has says nothing for sure.
    package mutating func append(_ record: AuditRecord) throws(JSONFault) {
        append(try leaves.leaf(of: record), at: DayPlace(record.key))
    }

    /// Takes the next record, of which the leaf is known.
    package mutating func append(_ leaf: TreeHash, at place: DayPlace) {
        tree.append(leaf, by: hasher)
        outline.append(place, leaf, by: hasher)
        comparison?.append(place, leaf)
    }

    /// Ends it. How many records there were, and their root.
    package mutating func finish() -> (count: Int, root: TreeHash) {
        outline.finish(by: hasher)
        return (tree.count, tree.root(by: hasher))
    }

    /// What differs from a seal, once all has been read; nil where nothing does.
    package mutating func difference(from seal: DaySeal) -> DayDifference? {
        guard tree.count != seal.count || tree.root(by: hasher) != seal.root else { return nil }
        if let found = comparison?.finish(), found.counts != DayDifference.Counts() { return found }
        return .day(sealed: seal.count, found: tree.count)
    }
}

/// Holds records against a sealed day's outline, in order.
private struct DayComparison {
    private let sealed: DayOutline
    private let hasher: TreeHasher
    private var difference = DayDifference()
    /// The entry that is being looked at.
    private var index = 0
    private var found = TreeFrontier()
    private var isMatched = false

    init(with sealed: DayOutline, by hasher: TreeHasher) {
        (self.sealed, self.hasher) = (sealed, hasher)
    }

    mutating func append(_ place: DayPlace, _ leaf: TreeHash) {
        guard !sealed.entries.isEmpty else {
            difference.note(.appeared(place))
            return
        }
        while index + 1 < sealed.entries.count, isPast(place) { close() }
        guard sealed.step == 1 else {
            found.append(leaf, by: hasher)
            return
        }
        let entry = sealed.entries[index]
        guard entry.place == place, !isMatched else {
            difference.note(.appeared(place))
            return
        }
        isMatched = true
        if entry.hash != leaf { difference.note(.changed(place)) }
    }

    /// Whether a place belongs to a later entry. Of two entries of one place, which other writers' spellings of one instant
    /// make, the first is the first record's.
    private func isPast(_ place: DayPlace) -> Bool {
        let next = sealed.entries[index + 1].place
        guard place == next else { return place > next }
        return sealed.step > 1 || isMatched || sealed.entries[index].place != place
    }

    /// Goes on to the next entry.
    private mutating func close() {
        let (place, next) = sealed.bounds(of: index)
        if sealed.step == 1 {
            if !isMatched { difference.note(.vanished(place)) }
        } else {
            let count = sealed.count(of: index)
            if found.count != count || found.root(by: hasher) != sealed.hash(of: index) {
                difference.note(.stretch(from: place, before: next, sealed: count, found: found.count))
            }
        }
        found = TreeFrontier()
        isMatched = false
        index += 1
    }

    mutating func finish() -> DayDifference {
        while index < sealed.entries.count { close() }
        return difference
    }
}
