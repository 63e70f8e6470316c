package import AuditRecords

extension Partition {
    /// What it is, in words: `user alice`.
    package var words: String {
        switch self {
        case .systemDay(let system, let day): "system \(system), \(day.words)"
        case .day(let day): "all systems, \(day.words)"
        case .user(let user): "user \(user)"
        case .resource(let resource): "resource \(resource)"
        }
    }
}

extension Restriction {
    /// The ids that are asked for, in words; empty where none is.
    package var words: String {
        let names = [("system", systemId), ("user", userId), ("resource", resourceId)]
        return names.compactMap { kind, name in name.map { "\(kind) \($0)" } }.joined(separator: ", ")
    }
}

extension Day {
    /// As dates are written: `2024-01-31`.
    package var words: String { String(decoding: start.text(fractionDigits: 0).prefix(10), as: UTF8.self) }
}
