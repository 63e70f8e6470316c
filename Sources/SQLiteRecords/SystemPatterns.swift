internal import AuditRecords

extension SystemScope {
    /// Patterns no two of which name a system both.
    var disjointPatterns: [SystemPattern] {
        guard case .only(let patterns) = self else { return [.prefix(Identifier(""))] }
        return patterns.filter { pattern in
            !patterns.contains { other in
                guard other != pattern, case .prefix(let prefix) = other else { return false }
                return pattern.name.bytes.starts(with: prefix.bytes)
            }
        }
    }
}

extension SystemPattern {
    fileprivate var name: Identifier {
        switch self {
        case .exact(let name), .prefix(let name): name
        }
    }
}
