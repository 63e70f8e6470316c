package import AuditRecords

/// What a record must be besides lying in the partition and range that are read.
package struct Restriction: Hashable, Sendable {
    /// The user that it must name.
    package var userId: Identifier?
    /// The system that must have written it.
    package var systemId: Identifier?
    /// The resource that it must name.
    package var resourceId: Identifier?
    /// The systems that the asking key may see.
    package var scope: SystemScope

    /// Nothing but what is said, and the key's systems.
    package init(
        userId: Identifier? = nil, systemId: Identifier? = nil, resourceId: Identifier? = nil,
        scope: SystemScope
    ) {
        self.userId = userId
        self.systemId = systemId
        self.resourceId = resourceId
        self.scope = scope
    }

    /// Whether a record passes.
    package func matches(_ record: AuditRecord) -> Bool {
        (userId.map { $0 == record.userId } ?? true)
            && (systemId.map { $0 == record.key.systemId } ?? true)
            && (resourceId.map { $0 == record.resourceId } ?? true)
            && scope.contains(record.key.systemId)
    }
}
