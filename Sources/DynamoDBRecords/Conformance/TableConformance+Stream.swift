internal import AWS
internal import AuditRecords
internal import AuditStores
internal import Threads

extension TableConformance {
    /// Whether who follows is given what is written. A server without a stream gives exact answers all the same.
    func following() throws(StoreError) -> ConformanceFinding {
        let subject = "following"
        let deadline = ContinuousClock.now + Self.patience
        let store = store(followedBy: StreamAccess(tables: client, streams: streams))
        var place: ArrivalPlace
        do throws(StoreError) {
            place = try store.arrivalEnd(deadline: deadline)
        } catch {
            return ConformanceFinding(
                subject, .tolerable,
                "/v1/changes, follow and forward are not to be had, for the table's stream is not: \(error)")
        }
        let record = AuditRecord(
            key: key("followed", system: "followed"), userId: Identifier("u"), resourceId: Identifier("r"),
            attributes: Array("{}".utf8))
        try store.put([record])
        while ContinuousClock.now < deadline {
            let read = ArrivalRead(
                after: place, limit: 1000,
                restriction: Restriction(systemId: record.key.systemId, scope: .all),
                budget: Budget(soft: deadline, deadline: deadline))
            guard case .run(let run) = try store.arrivals(read) else {
                return ConformanceFinding(
                    subject, .wrong, "a place in the table's stream is not known a moment later")
            }
            if run.records.contains(record) {
                return ConformanceFinding(
                    subject, .right, "what is written is in the table's stream, once it is there")
            }
            place = run.end
            blockThread(for: .milliseconds(100))
        }
        return ConformanceFinding(
            subject, .wrong, "what was written did not come in the table's stream within \(Self.patience)")
    }
}
