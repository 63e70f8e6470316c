internal import AuditStores
internal import AuditRecords
internal import JSONBytes
internal import Threads
package import Cryptography

/// Makes cursors and opens them. A cursor holds the whole question, the place where the page ended and the
/// policy it was made for, sealed: nobody reads in it, changes it, or uses it with a key of another policy.
package final class CursorSeal: Sendable {
    /// The first byte of a cursor: of which form it is.
    enum Form: UInt8 {
        case page = 1
        case count = 2
        case place = 3
    }

    /// What a cursor is besides its question.
    private struct Kind {
        let form: Form
        let policy: [UInt8]
        /// What stands before the question.
        let terms: [UInt8]
    }

    private static let step = 256

    /// The keys of the current secret, which seals, and of the one before.
    private let keys: Locked<[SealingKey]>

    /// A seal under a secret that all workers and hosts share.
    package init(secret: [UInt8]) throws(CryptographyError) {
        keys = Locked([try Self.key(secret)])
    }

    /// Seals under another secret from now on. Cursors of the one before still open, so that a client in the
    /// middle of its pages can go on, and hosts need not change at the same moment.
    package func renew(secret: [UInt8]) throws(CryptographyError) {
        let key = try Self.key(secret)
        keys.withLock { $0 = [key, $0[0]] }
    }

    private static func key(_ secret: [UInt8]) throws(CryptographyError) -> SealingKey {
        try SealingKey(secret: secret, purpose: "audit-query cursor")
    }

    private func seal(_ query: RecordQuery, as kind: Kind) throws(CryptographyError) -> [UInt8] {
        let (form, policy) = (kind.form, kind.policy)
        var message = kind.terms
        for identifier in [query.userId, query.systemId, query.resourceId] {
            message.append(lengthPrefixed: identifier?.bytes ?? [])
        }
        for instant in [query.stated.start, query.stated.end, query.range.start, query.range.end] {
            message.append(instant)
        }
        message.append(query.order == .ascending ? 1 : 0)
        message.append(bigEndian: Int64(query.limit))
        message.append(lengthPrefixed: query.after?.systemId.bytes ?? [])
        message.append(lengthPrefixed: query.after?.timestamp ?? [])
        message.append(lengthPrefixed: query.after?.auditId.bytes ?? [])
        message.append(lengthPrefixed: policy)
        // Without these three they are zeros like those behind them: versions that know none open the cursor too.
        message.append(lengthPrefixed: query.filter?.text ?? [])
        message.append(lengthPrefixed: query.search?.text ?? [])
        message.append(lengthPrefixed: query.columns.map(RecordColumn.text) ?? [])
        // The place may be that of a record which the key may not see, and sealing keeps lengths: so all
        // messages are padded to steps that tell nothing of it.
        message.append(contentsOf: repeatElement(0, count: Self.step - message.count % Self.step))
        return try seal(message, as: form)
    }

    /// A message of a form, sealed.
    func seal(_ message: [UInt8], as form: Form) throws(CryptographyError) -> [UInt8] {
        let key = keys.withLock { $0[0] }
        return ([form.rawValue] + (try key.seal(message, context: [form.rawValue]))).base64URL
    }

    /// A cursor that goes on with `query` after `query.after`.
    func seal(_ query: RecordQuery, policy: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try seal(query, as: Kind(form: .page, policy: policy, terms: []))
    }

    /// A cursor that goes on counting.
    func seal(_ question: CountQuery, policy: [UInt8]) throws(CryptographyError) -> [UInt8] {
        var terms: [UInt8] = []
        terms.append(bigEndian: Int64(question.top))
        for place in 0..<GroupKey.mostAtOnce {
            terms.append(
                lengthPrefixed: place < question.by.count ? Array(question.by[place].description.utf8) : [])
        }
        return try seal(question.records, as: Kind(form: .count, policy: policy, terms: terms))
    }

    /// What stands for a policy where its fingerprint would let somebody try which attributes are hidden: 16 bytes, the same on all hosts
    /// as long as the secret is.
    func mark(of policy: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let key = keys.withLock { $0[0] }
        // What authenticates is a pseudorandom function of both (RFC 5297). No cursor has a context of this length.
        return Array(try key.seal([0], context: Array("policy".utf8) + policy).prefix(16))
    }

    /// What a cursor carries; nil when it was not sealed here, or was changed. One of a page carries no groups.
    func open(_ cursor: [UInt8]) -> (question: CountQuery, isCount: Bool, policy: [UInt8])? {
        let page = message(in: cursor, as: .page)
        let form = page == nil ? Form.count : .page
        guard let message = page ?? message(in: cursor, as: .count) else { return nil }
        var reader = PackedReader(message[...])
        var groups: (by: [GroupKey], top: Int) = ([], CountQuery.defaultTop)
        if form == .count {
            guard let terms = reader.groups() else { return nil }
            groups = terms
        }
        var query = RecordQuery()
        guard let user = reader.lengthPrefixed(), let system = reader.lengthPrefixed(),
            let resource = reader.lengthPrefixed(), let statedStart = reader.instant(),
            let statedEnd = reader.instant(), let start = reader.instant(), let end = reader.instant(),
            let order = reader.byte(), let limit = reader.bigEndian(),
            let afterSystem = reader.lengthPrefixed(),
            let afterTimestamp = reader.lengthPrefixed(), let afterAuditId = reader.lengthPrefixed(),
            let policy = reader.lengthPrefixed(), let filter = reader.lengthPrefixed(),
            let search = reader.lengthPrefixed(), let columns = reader.columns(),
            reader.rest.allSatisfy({ $0 == 0 }),
            let after = try? RecordKey(
                systemId: Identifier(afterSystem), timestamp: afterTimestamp,
                auditId: Identifier(afterAuditId))
        else { return nil }
        // An id that was asked for is never empty.
        query.userId = user.isEmpty ? nil : Identifier(user)
        query.systemId = system.isEmpty ? nil : Identifier(system)
        query.resourceId = resource.isEmpty ? nil : Identifier(resource)
        if !filter.isEmpty {
            guard let filter = try? RecordFilter(filter) else { return nil }
            query.filter = filter
        }
        if !search.isEmpty {
            guard let search = try? RecordSearch(search) else { return nil }
            query.search = search
        }
        query.columns = columns.value
        query.stated = TimeRange(start: statedStart.value, end: statedEnd.value)
        query.range = TimeRange(start: start.value, end: end.value)
        query.order = order == 1 ? .ascending : .descending
        query.limit = Int(limit)
        query.after = after
        return (CountQuery(query, by: groups.by, top: groups.top), form == .count, policy)
    }

    /// What was sealed in a form; nil where it was not, or was changed.
    func message(in text: [UInt8], as form: Form) -> [UInt8]? {
        guard let bytes = [UInt8](base64URL: text), bytes.first == form.rawValue else { return nil }
        let sealed = Array(bytes.dropFirst())
        for key in keys.withLock({ $0 }) {
            if let message = try? key.open(sealed, context: [form.rawValue]) { return message }
        }
        return nil
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ instant: Timestamp?) {
        append(instant == nil ? 0 : 1)
        guard let instant else { return }
        append(bigEndian: instant.seconds)
        append(bigEndian: Int64(instant.nanoseconds))
    }
}

extension PackedReader {
    /// How a count puts records into groups; nil for what does not say it.
    fileprivate mutating func groups() -> (by: [GroupKey], top: Int)? {
        guard let top = bigEndian() else { return nil }
        var keys: [GroupKey] = []
        for _ in 0..<GroupKey.mostAtOnce {
            guard let text = lengthPrefixed() else { return nil }
            guard !text.isEmpty else { continue }
            guard let key = try? GroupKey(text) else { return nil }
            keys.append(key)
        }
        return (keys, Int(top))
    }

    /// Columns, where there are any; nil for what is no list of them.
    fileprivate mutating func columns() -> (value: [RecordColumn]?, Void)? {
        guard let text = lengthPrefixed() else { return nil }
        guard !text.isEmpty else { return (nil, ()) }
        return (try? RecordColumn.list(text)).map { ($0, ()) }
    }

    /// An instant or the mark that there is none; nil for neither.
    fileprivate mutating func instant() -> (value: Timestamp?, Void)? {
        switch byte() {
        case 0: return (nil, ())
        case 1:
            guard let seconds = bigEndian(), let nanoseconds = bigEndian() else { return nil }
            return (Timestamp(seconds: seconds, nanoseconds: Int32(truncatingIfNeeded: nanoseconds)), ())
        default: return nil
        }
    }
}
