package import AuditStores

extension DynamoDBStore: FollowedStore {
    /// Where the table's stream ends. Costs, in each of its shards, two requests the first time in a process, then one a second at most.
    package func arrivalEnd(deadline: ContinuousClock.Instant) throws(StoreError) -> ArrivalPlace {
        try followed().end(until: deadline)
    }

    /// What came in the stream: what is replaced soon afterwards comes too, and what is removed stays. It is in order for each system's
    /// day, hence for each record, and comes at least once. What others have read lately in this process costs nothing; the rest costs a
    /// request for each 1,000 records or 1 MB of a shard.
    package func arrivals(_ read: ArrivalRead) throws(StoreError) -> Arrivals {
        try followed().arrivals(read)
    }

    /// Asks once a second at most, in each shard where somebody waits.
    package func arrivalMark(deadline: ContinuousClock.Instant) throws(StoreError) -> Int64 {
        try followed().mark(until: deadline)
    }

    /// False: the stream keeps a day.
    package var keepsAllArrivals: Bool { false }

    private func followed() throws(StoreError) -> StreamReader {
        guard let stream else {
            throw StoreError(.unfollowed, "DynamoDB: no endpoint of the table's stream is known here")
        }
        return stream
    }
}
