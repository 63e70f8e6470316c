internal import AuditStores
internal import AuditRecords

/// What of a read's restriction its partition decides, and what is left to look at in each item.
extension PartitionRead {
    /// Whether no record of the partition can pass, whatever is stored: then nothing is read.
    var isRuledOut: Bool {
        let isOther =
            switch partition {
            case .systemDay(let system, _): (restriction.systemId ?? system) != system
            case .day: false
            case .user(let user): (restriction.userId ?? user) != user
            case .resource(let resource): (restriction.resourceId ?? resource) != resource
            }
        return isOther || !(system.map(restriction.scope.contains) ?? true)
    }

    /// The restriction without what the partition says, and without the systems that the key may see where the system
    /// is known.
    var openRestriction: Restriction {
        var open = restriction
        if system != nil { open.scope = .all }
        switch partition {
        case .systemDay: open.systemId = nil
        case .day: break
        case .user: open.userId = nil
        case .resource: open.resourceId = nil
        }
        return open
    }

    /// Whether a run may end for the number of items that were left out. Users and resources have items of all systems, and where that
    /// ends would tell a key of those that it may not see.
    var mayTellLeftOut: Bool {
        switch partition {
        case .systemDay, .day: true
        case .user, .resource: restriction.scope == .all
        }
    }

    /// The one system whose records are wanted; nil where it may be any.
    private var system: Identifier? {
        if case .systemDay(let system, _) = partition { system } else { restriction.systemId }
    }
}
