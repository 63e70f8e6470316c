package import AuditRecords

/// How many records there are in the part of a question's answer that was read at once.
package struct CountPart: Sendable {
    /// The records of this part, and their groups.
    package let tally: Tally
    /// Why it ended: ``RecordPage/Stop/end`` where there are no more records.
    package let stop: RecordPage.Stop
    /// Where the next part begins; nil when there is none.
    package let resume: RecordKey?
    /// What the store took for it.
    package let usage: StoreUsage
    /// How many records the question's filter was held against; 0 without one.
    package let looked: Int
    /// What its bytes may take.
    package let room: AnswerRoom?

    /// What the groups take, as they are held and as they are written.
    package var byteCount: Int { tally.byteCount }
}

extension PageReader {
    /// Counts the next part: the records behind the question's place, until its time is over.
    ///
    /// - Throws: ``StoreError`` when the store fails, ``StoreError/Code/tooLarge`` where there are too many groups. A part is
    ///   never cut short by a failure.
    package func part(
        of question: CountQuery, scope: SystemScope, budget: Budget
    ) throws(StoreError) -> CountPart {
        let room = memory.room(
            for: CountGathering.mostRead, orBytes: Filtering.usualBytes, isEager: store.readsAtOnce > 1)
        let query = question.records
        if let part = try indexPart(of: question, scope, budget, room) { return part }
        var reading = PageReading(
            query, into: CountGathering(by: question.by, sight: sight), plan: Plan(query, scope: scope),
            store: store, room: room, budget: budget, hints: hints(for: query), sight: sight,
            now: now)
        reading.trace = trace
        let end = try reading.page()
        let part = CountPart(
            tally: reading.gathered.tally, stop: end.stop, resume: end.resume, usage: reading.usage,
            looked: reading.looked, room: reading.room)
        trace?.note(part)
        return part
    }

    /// A part that the store counts without making records; nil where it does not, or where there is no room for its groups.
    private func indexPart(
        of question: CountQuery, _ scope: SystemScope, _ budget: Budget, _ room: AnswerRoom
    ) throws(StoreError) -> CountPart? {
        guard var count = question.indexCount(scope: scope, budget: budget, seesAll: sight == nil)
        else { return nil }
        count.trace = trace
        guard let counted = try store.count(count) else { return nil }
        var room = room
        guard room.grow(toHold: counted.tally.byteCount, until: budget.soft) else { return nil }
        let part = CountPart(
            tally: counted.tally, stop: counted.resume == nil ? .end : .budget, resume: counted.resume,
            usage: .none, looked: counted.looked, room: room)
        trace?.note(part)
        return part
    }
}
