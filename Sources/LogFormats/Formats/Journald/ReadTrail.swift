internal import AuditRecords

/// A read, as workers of audit-query write it to the journal: its record is who read what, and not which process wrote it down.
enum ReadTrail {
    /// What its entries are called in the journal.
    private static let identifier = "audit-query-reads"

    /// The event of such an entry; nil of any other one.
    static func event(_ entry: JSONValue, at time: Timestamp) -> Event? {
        guard let name = entry.first("SYSLOG_IDENTIFIER"), name.elementsEqual(identifier.utf8),
            let key = entry.first("API_KEY_ID")
        else { return nil }
        return Event(
            auditId: entry.first("__CURSOR"), timestamp: time, systemId: name, userId: key,
            resourceId: entry.first(
                "ASKED_RESOURCE", "ASKED_ID", "ASKED_USER", "ASKED_SYSTEM", "ASKED_NAMES", "ROUTE"),
            action: entry.first("ROUTE"), outcome: outcome(entry.first("STATUS")),
            sourceIp: entry.first("CLIENT"), details: .json(entry.bytes))
    }

    private static func outcome(_ status: [UInt8]?) -> Outcome {
        switch status.map({ String(decoding: $0, as: UTF8.self) }) {
        case "401", "403": .denied
        case let status? where status.hasPrefix("2") || status.hasPrefix("3"): .success
        case .some: .failure
        case nil: .unknown
        }
    }
}
