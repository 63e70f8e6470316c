internal import AuditStores

/// How much of time may be searched where the store keeps a partition for each day of a system.
enum SearchSpan {
    case system, allSystems

    /// The range when the client states none.
    var usualDays: Int { self == .system ? 30 : 1 }
    /// The longest range.
    var mostDays: Int { self == .system ? 366 : 31 }

    /// What is asked, for a person to read.
    var name: String { self == .system ? "systemId alone" : "a question without ids" }
    /// What would take the bound away.
    var others: String {
        self == .system ? "userId or resourceId" : "userId, resourceId or systemId"
    }

    /// The span of a question; nil where a user or a resource is named, be it wrongly: nothing bounds it then.
    init?(_ query: RecordQuery, _ reader: ParameterReader) {
        if query.userId != nil || query.resourceId != nil { return nil }
        if reader.has("userId") || reader.has("resourceId") { return nil }
        self = query.systemId != nil || reader.has("systemId") ? .system : .allSystems
    }
}
