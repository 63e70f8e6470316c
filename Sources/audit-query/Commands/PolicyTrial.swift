import AuditStores
import AuditRecords
import QueryService
import Logging

/// Tries a new key's policy on records that are there, and warns of what hides or shows nothing. Only exact names of systems
/// can be looked up, and a store that does not answer soon is not waited for: then there is nothing to warn of.
struct PolicyTrial {
    let policy: Policy
    let settings: Settings

    /// Systems that are looked at, and records of each.
    private static let systemLimit = 5
    private static let recordLimit = 100

    func warn() {
        for path in policy.hiddenAttributes.paths
        where ["id", "attributes"].contains(path.names[0].description) {
            Self.warn(
                "--hide \(path) hides an attribute that is called \(path.names[0]), and not the part of every "
                    + "answer that is called so")
        }
        var trial = HidingTrial(policy.hiddenAttributes)
        for (system, records) in samples() {
            if records.isEmpty { Self.warn("--system \(system) has no records of the last 30 days") }
            for record in records { trial.take(record) }
        }
        for (path, others) in trial.misspellings {
            let list = others.prefix(3).map(\.description).joined(separator: " or ")
            Self.warn("--hide \(path) is in none of the newest records, which have \(list)")
        }
    }

    /// The newest records of the key's systems, as far as they can be had.
    private func samples() -> [(system: String, records: [AuditRecord])] {
        let systems = policy.scope.exactSystems.prefix(Self.systemLimit)
        guard !systems.isEmpty, let search = try? search() else { return [] }
        return systems.compactMap { system in
            let parameters = [("systemId", system), ("limit", String(Self.recordLimit))]
            guard let query = try? search.query(parameters, now: TimeSource.system.wall()),
                let page = try? search.page(of: query), page.stop != .budget
            else { return nil }
            return (system, page.records)
        }
    }

    private func search() throws -> UnrestrictedSearch {
        let silent = Logger(label: "audit-query") { _ in SwiftLogNoOpLogHandler() }
        let composition = try Composition(settings, instruments: Instruments(log: silent))
        var service = settings.service
        service.deadline = .seconds(2)
        return UnrestrictedSearch(
            store: try composition.store(for: .read).records,
            // Nobody is given a cursor.
            cursors: try CursorSeal(secret: Array(repeating: 0, count: 32)), settings: service)
    }

    private static func warn(_ text: String) { Console.error("audit-query: warning: \(text.printable)") }
}

extension SystemScope {
    /// The systems that are named, and not only by how they begin.
    fileprivate var exactSystems: [String] {
        guard case .only(let patterns) = self else { return [] }
        return patterns.compactMap { if case .exact(let name) = $0 { name.description } else { nil } }
    }
}
