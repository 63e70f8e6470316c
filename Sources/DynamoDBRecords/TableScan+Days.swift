package import AuditRecords
package import AuditStores
internal import Synchronization

extension TableScan {
    /// So many days of systems are held at most.
    private static let mostDays = 4_000_000

    /// Reads to the end, for how many records each system has on each day. Items that are no records are left out: whoever reads
    /// their day meets them.
    package func days() throws(StoreError) -> [Identifier: [Day: Int]] {
        let found = Mutex((days: [Identifier: [Day: Int]](), count: 0))
        let run = Run(scan: self, onFault: { _ in }) { _, days throws(StoreError) in
            let count = found.withLock { found in
                for (system, counts) in days {
                    for (day, count) in counts {
                        if found.days[system]?[day] == nil { found.count += 1 }
                        found.days[system, default: [:]][day, default: 0] += count
                    }
                }
                return found.count
            }
            guard count <= Self.mostDays else {
                throw StoreError(.tooLarge, "the table has more than \(Self.mostDays) days of systems")
            }
        }
        try readAll(by: run)
        return found.withLock { $0.days }
    }
}
