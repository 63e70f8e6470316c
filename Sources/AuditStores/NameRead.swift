package import AuditRecords

/// What can have a name in a record.
package enum NameKind: String, Sendable, CaseIterable {
    /// What wrote it.
    case system
    /// Who did it.
    case user
    /// What it was done to.
    case resource
}

/// What a store is asked to list: names of records that a key may see, in the order of their bytes.
package struct NameRead: Sendable {
    /// What is listed.
    package let kind: NameKind
    /// What each name begins with; empty for all.
    package let prefix: [UInt8]
    /// The first name that may be listed; empty for all.
    package let start: [UInt8]
    /// The most names to list.
    package let limit: Int
    /// The systems whose records count.
    package let scope: SystemScope
    /// From here on nobody waits for the answer any more.
    package let deadline: ContinuousClock.Instant

    /// A read of its parts.
    package init(
        kind: NameKind, prefix: [UInt8] = [], start: [UInt8] = [], limit: Int, scope: SystemScope = .all,
        deadline: ContinuousClock.Instant
    ) {
        self.kind = kind
        self.prefix = prefix
        self.start = start
        self.limit = limit
        self.scope = scope
        self.deadline = deadline
    }

    /// Whether a name is one of those to be listed.
    package func lists(_ name: Identifier) -> Bool {
        name.bytes.starts(with: prefix) && !name.bytes.lexicographicallyPrecedes(start)
    }
}

/// Names that a store has listed.
package struct NameRun: Hashable, Sendable {
    /// The names, each once.
    package let names: [Identifier]
    /// Whether there are more.
    package let hasMore: Bool
    /// What it took.
    package var usage = StoreUsage.none

    /// A list of its parts.
    package init(names: [Identifier], hasMore: Bool) {
        self.names = names
        self.hasMore = hasMore
    }

    /// What was found, of which so many are listed.
    package init(found: [Identifier], limit: Int) {
        names = Array(found.prefix(limit))
        hasMore = found.count > limit
    }
}
