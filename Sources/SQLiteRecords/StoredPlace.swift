internal import AuditStores
internal import AuditRecords

/// A place among the records of one system: by instant, then by the bytes of auditId.
struct StoredPlace: Equatable {
    let instant: Timestamp
    let auditId: [UInt8]

    /// The least place after this one.
    var successor: StoredPlace { StoredPlace(instant: instant, auditId: auditId + [0]) }
}

extension StoredPlace {
    init(_ key: RecordKey) {
        self.init(instant: key.instant, auditId: key.auditId.bytes)
    }
}

extension StoredBounds {
    /// The first place of a system that is within; nil when nothing bounds it.
    func first(of system: Identifier) -> StoredPlace? {
        lower.map { $0.systemId < system ? StoredPlace($0) : StoredPlace($0).successor }
    }

    /// The first place of a system that is within no more; nil when all are.
    func end(of system: Identifier) -> StoredPlace? {
        upper.map { system < $0.systemId ? StoredPlace($0).successor : StoredPlace($0) }
    }
}
