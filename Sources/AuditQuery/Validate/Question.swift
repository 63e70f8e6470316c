/// What a valid request asks for.
enum Question: Sendable {
    /// Records that match, a page of them.
    case records(RecordQuery)
    /// One record.
    case record(RecordKey)
    /// Records by their ids, as the client sent them.
    case batch([[UInt8]])
}
