internal import AuditRecords

/// Reads that are not yet in the audit trail. Equal ones from the cache are one event with a count, so that a
/// hundred thousand hits a second are a few entries.
///
/// A value without lock or clock: its owner keeps it in one.
struct PendingReads {
    /// Events kept at most. More than this in a fraction of a second are more than a journal takes.
    static let capacity = 16_384
    /// Reads that one event stands for at most. Each has its REQUEST_ID, and sd_journal_sendv sends two pieces for a
    /// field, of which the kernel takes 1024 at most (UIO_MAXIOV); if all are traced, each has two fields.
    static let readsOfOneEvent = 240

    /// What makes two hits one event. An answer is that of one question.
    struct Identity: Hashable {
        let keyID: String
        let client: String
        let answer: UInt64
    }

    private(set) var events: [ReadEvent] = []
    /// Reads that found no room.
    private(set) var lost = 0
    private var open: [Identity: Int] = [:]

    /// Counts a hit with those before, if there is an event of them.
    ///
    /// - Returns: whether there is.
    mutating func merge(_ identity: Identity, requestID: String, traceID: String?, at instant: Timestamp)
        -> Bool
    {
        guard let index = open[identity] else { return false }
        events[index].requestIDs.append(requestID)
        if let traceID { events[index].traceIDs.append(traceID) }
        events[index].last = instant
        if events[index].requestIDs.count == Self.readsOfOneEvent { open[identity] = nil }
        return true
    }

    /// Keeps an event; hits of the same identity will be counted with it.
    mutating func append(_ event: ReadEvent, identity: Identity? = nil) {
        guard events.count < Self.capacity else {
            lost += event.requestIDs.count
            return
        }
        if let identity { open[identity] = events.count }
        events.append(event)
    }
}
