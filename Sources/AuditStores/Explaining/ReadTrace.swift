internal import AuditRecords
internal import Synchronization

/// Notes how a question is answered, for whoever wants to have it explained: told by the code that does it, while it does it.
package final class ReadTrace: Sendable {
    private let state = Mutex(TracedRead())

    /// A trace of nothing yet.
    package init() {}

    /// What has been noted.
    package var read: TracedRead { state.withLock { $0 } }

    /// A page, or a part of a count, is read by this plan. The first is kept.
    func note(_ plan: Plan) { state.withLock { $0.plan = $0.plan ?? plan } }

    /// A page has ended.
    func note(_ page: RecordPage) {
        state.withLock { $0.add(page.stop, kept: page.records.count, looked: page.looked, page.usage) }
    }

    /// A part of a count has ended.
    func note(_ part: CountPart) {
        state.withLock { $0.add(part.stop, kept: part.tally.count, looked: part.looked, part.usage) }
    }

    /// A store has looked for records. Called by stores.
    package func note(_ access: StoreAccess, _ cost: AccessCost) {
        state.withLock { $0.add(access, cost) }
    }
}

/// How a question was answered.
package struct TracedRead: Sendable {
    /// Accesses that differ in their bounds at most.
    package struct Group: Sendable {
        /// The first of them, and the last.
        package let first: StoreAccess
        /// The last of them.
        package fileprivate(set) var last: StoreAccess
        /// How many they are.
        package fileprivate(set) var count = 1
        /// What they took together; of what was merged, the most.
        package fileprivate(set) var cost: AccessCost
    }

    /// Which parts of which index were to be read; nil where no records were.
    package fileprivate(set) var plan: Plan?
    /// How the store was asked, in the order in which it was first asked so.
    package private(set) var groups: [Group] = []
    /// Pages, or parts of a count.
    package private(set) var pages = 0
    /// Records that were taken, or counted.
    package private(set) var kept = 0
    /// Records that the question's filter and search were held against.
    package private(set) var looked = 0
    /// What the store took.
    package private(set) var usage = StoreUsage.none
    /// Why the last page ended; nil before it did.
    package private(set) var stop: RecordPage.Stop?

    fileprivate mutating func add(
        _ stop: RecordPage.Stop, kept: Int, looked: Int, _ usage: StoreUsage
    ) {
        self.stop = stop
        self.pages += 1
        self.kept += kept
        self.looked += looked
        self.usage += usage
    }

    fileprivate mutating func add(_ access: StoreAccess, _ cost: AccessCost) {
        let place = groups.firstIndex {
            $0.first.index == access.index && $0.first.condition == access.condition
        }
        guard let place else { return groups.append(Group(first: access, last: access, cost: cost)) }
        groups[place].last = access
        groups[place].count += 1
        groups[place].cost.merged = max(groups[place].cost.merged, cost.merged)
        groups[place].cost.looked += cost.looked
        groups[place].cost.passed += cost.passed
        groups[place].cost.bytes += cost.bytes
    }
}
