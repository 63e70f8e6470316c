package import AuditRecords
package import AuditStores
internal import FoundationEssentials

/// The plan of shards that a store goes by: the table's, as it was when it was read. It may be old by half the time that an entry is
/// written down ahead (``TableShards/notice``), for until then no day begins that it does not know of.
struct KnownShards: Sendable {
    private let remembered: Remembered<ShardPlan>?

    /// A plan that never changes.
    init(_ plan: ShardPlan) {
        remembered = nil
        fixed = plan
    }

    private let fixed: ShardPlan

    /// The plan of a table, for who reads it.
    init(reading table: TableShards) {
        self.init { deadline throws(StoreError) in try table.plan(deadline: deadline) }
    }

    /// The plan of a table, for who writes to it: what a configuration wishes is written down there as far as it is new and its days
    /// are still ahead.
    init(writing table: TableShards, wishes: ShardPlan) {
        self.init { deadline throws(StoreError) in
            let plan = try table.writtenPlan(deadline: deadline)
            let wished = try plan.with(wishes, now: Self.now)
            if wished != plan { try table.write(wished) }
            return wished
        }
    }

    private init(_ read: @escaping Remembered<ShardPlan>.Read) {
        fixed = ShardPlan()
        remembered = Remembered(freshness: .seconds(60), staleness: TableShards.notice / 2, read)
    }

    /// The plan.
    ///
    /// - Throws: where it cannot be read, or a writer's configuration wishes what cannot be any more.
    func plan() throws(StoreError) -> ShardPlan { try remembered?.value() ?? fixed }

    /// The plan by which to write now.
    func planOfWriting() throws(StoreError) -> ShardPlan { try plan().begun(by: Self.now) }

    private static var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}

extension ShardPlan {
    /// The plan with what is wished besides.
    ///
    /// - Throws: where an entry begins too soon, or has begun with another number: records would be looked for where they are not.
    package func with(_ wishes: ShardPlan, now: Timestamp) throws(StoreError) -> ShardPlan {
        var plan = self
        for wish in wishes.entries {
            let known = entry(for: wish.system, since: wish.since)
            guard known != wish else { continue }
            guard wish.since.start >= now.advanced(bySeconds: TableShards.notice.components.seconds) else {
                throw StoreError(.unavailable, Self.refusal(of: wish, known: known))
            }
            plan.set(wish)
        }
        guard plan.entries.count <= Self.mostEntries else {
            throw StoreError(
                .unavailable,
                "store.dynamodb.shards and the table's own plan have \(plan.entries.count) entries together; at most "
                    + "\(Self.mostEntries) can be: leave out what the plan has already")
        }
        return plan
    }

    private static func refusal(of wish: Entry, known: Entry?) -> String {
        let text = String(decoding: wish.text, as: UTF8.self)
        let state =
            known.map { "the table's plan says \($0.count) from that day on" }
            ?? "the table's plan does not have it"
        return
            "store.dynamodb.shards says \(text), \(state), and that cannot be changed from an hour before the day begins: records "
            + "of these days would be in one place and looked for in another. Name a day that is ahead, and write down what has "
            + "begun as the plan has it; `audit-query table verify` prints the plan"
    }
}
