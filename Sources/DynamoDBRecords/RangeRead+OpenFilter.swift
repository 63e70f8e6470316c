internal import AuditStores
internal import AuditRecords

/// What of a read's filter its partition decides, and what is left to look at in each item.
extension RangeRead {
    /// Whether no record of the partition can pass, whatever is stored: then nothing is read.
    var isRuledOut: Bool {
        let isOther =
            switch partition {
            case .systemDay(let system, _): (filter.systemId ?? system) != system
            case .user(let user): (filter.userId ?? user) != user
            case .resource(let resource): (filter.resourceId ?? resource) != resource
            }
        return isOther || !(system.map(filter.scope.contains) ?? true)
    }

    /// The filter without what the partition says, and without the systems that the key may see where the system
    /// is known.
    var openFilter: Filter {
        var open = filter
        if system != nil { open.scope = .all }
        switch partition {
        case .systemDay: open.systemId = nil
        case .user: open.userId = nil
        case .resource: open.resourceId = nil
        }
        return open
    }

    /// The one system whose records are wanted; nil where it may be any.
    private var system: Identifier? {
        if case .systemDay(let system, _) = partition { system } else { filter.systemId }
    }
}
