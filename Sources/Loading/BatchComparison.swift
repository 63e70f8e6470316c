internal import LogFormats
internal import AuditRecords

/// A record to load, and where it comes from.
struct LoadEntry {
    let record: AuditRecord
    /// Where it begins.
    let line: SourceLine
    let text: LineText
}

/// What a record changes in the store.
enum RecordChange: Equatable {
    case new
    case equal
    case conflict(RecordConflict)
    /// Nobody has looked.
    case unchecked
}

/// What the records of a batch change, each after those before it.
struct BatchComparison {
    private var latest: [RecordKey: StoredLookup.Found]
    private let replaces: Bool

    /// A comparison with what the store has; `replaces` says whether a record may take the place of another.
    init(found: [RecordKey: StoredLookup.Found], replaces: Bool) {
        latest = found
        self.replaces = replaces
    }

    /// What the next record changes.
    mutating func change(of entry: LoadEntry) -> RecordChange {
        let record = entry.record
        guard let stored = latest[record.key] else {
            latest[record.key] = .record(record)
            return .new
        }
        if case .record(let stored) = stored, stored.says(theSameAs: record) { return .equal }
        if replaces { latest[record.key] = .record(record) }
        return .conflict(
            RecordConflict(
                line: entry.line, key: record.key, storedDigest: stored.digest, newDigest: record.digest,
                isReplacement: replaces))
    }
}

extension StoredLookup.Found {
    /// Nil of what is no record any more.
    fileprivate var digest: String? {
        if case .record(let record) = self { record.digest } else { nil }
    }
}
