internal import AuditStores
internal import PostgreSQL

extension PostgreSQLStore {
    /// Runs what reads: on the primary, or where none answers on a standby, if those may be read. Returns besides why something may
    /// be missing.
    ///
    /// `body` may run more than once, and with another server.
    func reading<Value>(
        until deadline: ContinuousClock.Instant, _ body: (Connection) throws(StoreError) -> Value
    ) throws(StoreError) -> (value: Value, doubt: StoreDoubt?) {
        guard let watch else { return (try pool.with(until: deadline, body), nil) }
        let choice = try watch.source(until: deadline)
        do throws(StoreError) {
            let began = ContinuousClock.now
            let value = try pool.with(
                choice, until: deadline,
                while: { (try? watch.source(until: deadline))?.index == choice.index },
                body)
            // What took its time may be of a server that was left behind, or lost sight of, meanwhile.
            guard .now - began > Self.quick else { return (value, choice.doubt) }
            let now = try watch.source(until: deadline)
            if now.index == choice.index { return (value, now.doubt ?? choice.doubt) }
            return (try pool.with(now, until: deadline, body), now.doubt)
        } catch {
            guard error.code == .unavailable else { throw error }
            watch.suspect(choice)
            guard let next = try? watch.source(until: deadline), next.index != choice.index else {
                throw error
            }
            return (try pool.with(next, until: deadline, body), next.doubt)
        }
    }

    /// A read that takes longer than this is one in which something else may have happened.
    private static let quick = Duration.seconds(1)

    /// Runs what must not be done on a server that another one was promoted in place of.
    func onPrimary<Value>(
        until deadline: ContinuousClock.Instant, _ body: (Connection) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        let choice = if let watch { try watch.primary(until: deadline) } else { ServerChoice.only }
        return try pool.with(choice, until: deadline, body)
    }
}
