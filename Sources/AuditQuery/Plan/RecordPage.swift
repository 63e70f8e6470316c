/// One page of an answer.
public struct RecordPage: Sendable {
    /// Why a page ended.
    public enum Stop: String, Sendable {
        /// It is full, and there are more.
        case limit
        /// The next record would have been too many bytes for a page, or for what a worker holds now.
        case size
        /// Its time ran out; there may be more.
        case budget
        /// There are no more.
        case end
    }

    /// The records, in order.
    public let records: [AuditRecord]
    /// Why it ended.
    public let stop: Stop
    /// Where the next page begins; nil when there is none.
    public let resume: RecordKey?
    /// What the store took for it.
    public let usage: StoreUsage
    /// What its bytes may take.
    let room: AnswerRoom?

    /// A page of its parts.
    public init(records: [AuditRecord], stop: Stop, resume: RecordKey?, usage: StoreUsage = .none) {
        self.init(records: records, stop: stop, resume: resume, usage: usage, room: nil)
    }

    init(records: [AuditRecord], stop: Stop, resume: RecordKey?, usage: StoreUsage, room: AnswerRoom?) {
        self.room = room
        self.records = records
        self.stop = stop
        self.resume = resume
        self.usage = usage
    }
}
