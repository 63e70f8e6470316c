internal import AuditStores
internal import AuditRecords
internal import JSONBytes
internal import Threads
package import Cryptography

/// Makes cursors and opens them. A cursor holds the whole question, the place where the page ended and the
/// policy it was made for, sealed: nobody reads in it, changes it, or uses it with a key of another policy.
package final class CursorSeal: Sendable {
    private static let version: UInt8 = 1
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

    /// A cursor that goes on with `query` after `query.after`.
    func seal(_ query: RecordQuery, policy: [UInt8]) throws(CryptographyError) -> [UInt8] {
        var message: [UInt8] = []
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
        // Without a filter and a search these are zeros like those behind them: versions that know none open the cursor too.
        message.append(lengthPrefixed: query.filter?.text ?? [])
        message.append(lengthPrefixed: query.search?.text ?? [])
        // The place may be that of a record which the key may not see, and sealing keeps lengths: so all
        // messages are padded to steps that tell nothing of it.
        message.append(contentsOf: repeatElement(0, count: Self.step - message.count % Self.step))
        let key = keys.withLock { $0[0] }
        return ([Self.version] + (try key.seal(message, context: [Self.version]))).base64URL
    }

    /// What a cursor carries; nil when it was not sealed here, or was changed.
    func open(_ cursor: [UInt8]) -> (query: RecordQuery, policy: [UInt8])? {
        guard let bytes = [UInt8](base64URL: cursor), bytes.first == Self.version,
            let message = message(sealed: Array(bytes.dropFirst()))
        else { return nil }
        var reader = PackedReader(message[...])
        var query = RecordQuery()
        guard let user = reader.lengthPrefixed(), let system = reader.lengthPrefixed(),
            let resource = reader.lengthPrefixed(), let statedStart = reader.instant(),
            let statedEnd = reader.instant(), let start = reader.instant(), let end = reader.instant(),
            let order = reader.byte(), let limit = reader.bigEndian(),
            let afterSystem = reader.lengthPrefixed(),
            let afterTimestamp = reader.lengthPrefixed(), let afterAuditId = reader.lengthPrefixed(),
            let policy = reader.lengthPrefixed(), let filter = reader.lengthPrefixed(),
            let search = reader.lengthPrefixed(),
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
        query.stated = TimeRange(start: statedStart.value, end: statedEnd.value)
        query.range = TimeRange(start: start.value, end: end.value)
        query.order = order == 1 ? .ascending : .descending
        query.limit = Int(limit)
        query.after = after
        return (query, policy)
    }

    private func message(sealed: [UInt8]) -> [UInt8]? {
        for key in keys.withLock({ $0 }) {
            if let message = try? key.open(sealed, context: [Self.version]) { return message }
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
