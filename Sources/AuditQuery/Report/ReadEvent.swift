/// A read of audit records, itself a thing to be audited: who asked what, from where, when, and what was shown.
struct ReadEvent: Sendable {
    let keyID: String
    /// The client's address, as nginx says it.
    let client: String
    let route: String
    /// Nil when the question was refused before it was understood.
    let question: Question?
    let status: Int
    /// Where the answer came from; nil without an answer.
    let cache: String?
    /// Records in the answer.
    let records: Int
    let storeTime: Duration
    let region: String?
    /// When the first and the last of the reads happened that this stands for.
    let first: Timestamp
    var last: Timestamp
    /// One id for each read.
    var requestIDs: RequestIDs
    /// One id for each of them that is traced.
    var traceIDs: [String]
}
