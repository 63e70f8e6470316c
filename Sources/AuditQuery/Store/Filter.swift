/// What a record must be besides lying in the partition and range that are read.
public struct Filter: Hashable, Sendable {
    /// The user that it must name.
    public var userId: Identifier?
    /// The system that must have written it.
    public var systemId: Identifier?
    /// The resource that it must name.
    public var resourceId: Identifier?
    /// The systems that the asking key may see.
    public var scope: SystemScope

    /// Whether every record passes.
    public var isEmpty: Bool {
        userId == nil && systemId == nil && resourceId == nil && scope == .all
    }

    /// Whether a record passes.
    public func matches(_ record: AuditRecord) -> Bool {
        (userId.map { $0 == record.userId } ?? true)
            && (systemId.map { $0 == record.key.systemId } ?? true)
            && (resourceId.map { $0 == record.resourceId } ?? true)
            && scope.contains(record.key.systemId)
    }
}
