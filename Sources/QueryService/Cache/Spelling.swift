internal import AuditRecords
internal import AuditStores
internal import JSONBytes

/// How somebody spelt a question in a URL, and for whom it is answered: all that its answer depends on, where the question
/// means the same whenever it is asked (``Question/isTimeless``). So the next one who spells it so need not have it read
/// again ([decision 107](docs/decisions/0107-what-is-spelt-alike-is-read-once.md)).
struct Spelling: Hashable {
    /// What stands after the `?`, as it came.
    private let query: [UInt8]
    private let form: AnswerForm
    /// ``Policy/fingerprint``, a digest.
    private let policy: [UInt8]
    /// Of the query and the policy. Made before the cache is locked to look it up: threads wait for each other there.
    private let hashed: Int

    /// The spelling of a request; nil where its question does not stand in the URL alone.
    init?(_ request: Request, _ route: RecordRoute, _ policy: Policy) {
        guard case .list = route, let form = AnswerForm(accept: request.accept, of: route.forms) else {
            return nil
        }
        self.init(query: request.query, form: form, policy: policy.fingerprint)
    }

    private init(query: [UInt8], form: AnswerForm, policy: [UInt8]) {
        self.query = query
        self.form = form
        self.policy = policy
        var hasher = Hasher()
        query.withUnsafeBytes { hasher.combine(bytes: $0) }
        // Part of a digest tells policies apart as well as the whole.
        policy.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0.prefix(8))) }
        hashed = hasher.finalize()
    }

    /// The same in no more memory than it needs.
    var withoutSpareRoom: Spelling {
        Spelling(query: query.withoutSpareRoom, form: form, policy: policy)
    }

    /// The bytes of the query; the policy is its key's.
    var byteCount: Int { query.count }

    func hash(into hasher: inout Hasher) { hasher.combine(hashed) }

    static func == (left: Spelling, right: Spelling) -> Bool {
        left.form == right.form && left.policy == right.policy
            && left.query.withUnsafeBytes { left in
                right.query.withUnsafeBytes { ByteSearch.areEqual(left, $0) }
            }
    }
}

extension Question {
    /// Whether it means the same whenever it is asked, to every host: neither its range nor whether it is allowed depends on
    /// the clock, on what is known of the store, or on the cursors' secret.
    var isTimeless: Bool {
        switch self {
        case .records(let query): Self.meansTheSameAlways(query)
        case .lines(let lines): Self.meansTheSameAlways(lines.records)
        case .record, .batch, .count, .names, .changes, .seals, .proof, .policy: false
        }
    }

    private static func meansTheSameAlways(_ query: RecordQuery) -> Bool {
        guard query.after == nil else { return false }
        if query.userId != nil || query.resourceId != nil { return true }
        // A range without an end ends now.
        return query.systemId != nil && query.stated.end != nil
    }
}
